namespace FFF.Evaluation.Molecules;

/// <summary>How many atoms of a molecule have a number of bonds that is usual for their element.</summary>
/// <param name="StableAtoms">How many do.</param>
/// <param name="Atoms">How many there are.</param>
/// <remarks>
/// An atom is stable when the orders of its bonds add up to a number that <see cref="Valences.IsStable"/> allows; a
/// molecule is stable when all of its atoms are (the E(n) flow and EDM papers). Molecule stability of a set is the share
/// of stable molecules; atom stability is the share of stable atoms, of all molecules together.
/// </remarks>
public readonly record struct Stability(int StableAtoms, int Atoms)
{
    /// <summary>Whether all atoms are stable.</summary>
    public bool IsStable => StableAtoms == Atoms;

    /// <summary>Counts the stable atoms.</summary>
    public static Stability Of(MolecularGraph graph)
    {
        var stable = 0;
        for (var atom = 0; atom < graph.AtomCount; atom++)
        {
            stable += Valences.IsStable(graph.Elements[atom], graph.Valence(atom)) ? 1 : 0;
        }

        return new(stable, graph.AtomCount);
    }
}
