using System.Globalization;
using FFF.Evaluation.Molecules;
using FFF.Spaces;

namespace FFF.Plots.Molecules;

/// <summary>A molecule with what pictures say of it.</summary>
/// <param name="Molecule">Its atoms.</param>
/// <param name="Graph">Its bonds.</param>
/// <param name="Stability">How many of its atoms are stable.</param>
internal sealed record MoleculePicture(Molecule Molecule, MolecularGraph Graph, Stability Stability)
{
    /// <summary>Infers the bonds.</summary>
    public static MoleculePicture Of(Molecule molecule)
    {
        var graph = MolecularGraph.Of(molecule);
        return new(molecule, graph, Stability.Of(graph));
    }

    /// <summary>The sum formula in Hill's order: carbon, hydrogen, the others by alphabet; all by alphabet where there is no carbon.</summary>
    public string Formula
    {
        get
        {
            var hasCarbon = Molecule.Elements.Contains(Element.C);
            return string.Concat(Molecule.Elements.GroupBy(element => element)
                .OrderBy(group => !hasCarbon ? 0 : group.Key == Element.C ? 0 : group.Key == Element.H ? 1 : 2)
                .ThenBy(group => group.Key.ToString(), StringComparer.Ordinal)
                .Select(group => $"{group.Key}{(group.Count() == 1 ? "" : Subscript(group.Count()))}"));
        }
    }

    /// <summary>Whether it is stable, in words.</summary>
    public string Note => Stability.IsStable ? "stable" : $"{Stability.Atoms - Stability.StableAtoms} of {Stability.Atoms} unstable";

    private static string Subscript(int number) => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => (char)(digit - '0' + '₀')));
}
