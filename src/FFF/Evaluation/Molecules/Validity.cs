using FFF.Spaces;

namespace FFF.Evaluation.Molecules;

/// <summary>Whether a molecular graph can be drawn as a formula, and which molecule it then is.</summary>
/// <remarks>
/// <para>
/// A graph is valid when no atom has more bonds than its element allows (<see cref="Valences.Largest"/>); fewer are
/// allowed, for hydrogens that are not there. A nitrogen of five bonds is valid where such drawings are usual in place of
/// separated charges: with a double bond to an oxygen (nitro groups, N-oxides) or a triple bond to a nitrogen (azides, diazo
/// compounds). What a molecule is told apart by is the canonical form of its largest connected part;
/// of equally large ones, the form that sorts first.
/// </para>
/// <para>
/// This follows EDM, which calls valid what RDKit can sanitise and keeps the largest fragment of it. The differences:
/// RDKit merges alternating bonds of aromatic rings and refuses rings where that fails, so that two Kekulé formulas of one
/// molecule are one there and two here; of equally large fragments EDM keeps the first.
/// </para>
/// </remarks>
public static class Validity
{
    /// <summary>Whether no atom has too many bonds, or is of an element whose bonds cannot be told.</summary>
    public static bool IsValid(MolecularGraph graph)
    {
        for (var atom = 0; atom < graph.AtomCount; atom++)
        {
            if (!Valences.IsKnown(graph.Elements[atom]) || (graph.Valence(atom) > Valences.Largest(graph.Elements[atom]) && !IsChargeSeparated(graph, atom)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The canonical form of the largest connected part.</summary>
    public static string Identity(MolecularGraph graph)
    {
        var fragments = graph.Fragments();
        var size = fragments.Max(fragment => fragment.Count);
        return fragments.Where(fragment => fragment.Count == size).Select(fragment => CanonicalForm.Of(graph.Part(fragment))).Min(StringComparer.Ordinal)!;
    }

    private static bool IsChargeSeparated(MolecularGraph graph, int atom)
    {
        if (graph.Elements[atom] != Element.N || graph.Valence(atom) != 5)
        {
            return false;
        }

        return graph.BondsOf(atom).Any(bond => (graph.Elements[MolecularGraph.Other(bond, atom)], bond.Order) is (Element.O, 2) or (Element.N, 3));
    }
}
