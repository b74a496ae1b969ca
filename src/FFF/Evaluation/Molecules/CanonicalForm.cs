using System.Globalization;
using System.Text;
using FFF.Spaces;

namespace FFF.Evaluation.Molecules;

/// <summary>A text that two molecular graphs share exactly when they are isomorphic, elements and bond orders included.</summary>
/// <remarks>
/// <para>
/// Each connected part has a form of its own; they are sorted and joined by dots. Hydrogens with one single bond to another
/// element are counted at their neighbour (the hydrogen-suppressed graph). Of the rest, a vertex's label is element and
/// number of such hydrogens.
/// </para>
/// <para>
/// The form is found by individualisation and refinement (McKay and Piperno, "Practical graph isomorphism, II", 2014):
/// vertices are coloured by label; colours are refined by the multiset of neighbours' colours and bond orders until they
/// are stable (<see cref="ColourRefinement"/>); where a colour has several vertices, those of the first such colour are
/// singled out one after the other, and each choice is refined further. Every leaf of this tree is a numbering of the
/// vertices. The form is written in the numbering whose list of bonds (first, second, order) sorts first. Labels do not
/// decide, as they are the same in all of them. A leaf that equals the best one found is an automorphism: the branch that it came
/// from is left, and vertices that automorphisms map onto each other are tried once. Neither changes the minimum.
/// </para>
/// <para>
/// The text lists labels in the numbering, then bonds: ethanol is <c>C:3 C:2 O:1|0-1 1-2</c>, with <c>=</c> and <c>#</c>
/// in place of <c>-</c> for double and triple bonds. Space is not seen: stereoisomers and conformers have the same form.
/// </para>
/// </remarks>
internal static class CanonicalForm
{
    /// <summary>The form of a graph.</summary>
    public static string Of(MolecularGraph graph) =>
        string.Join('.', graph.Fragments().Select(fragment => OfConnected(graph.Part(fragment))).Order(StringComparer.Ordinal));

    private static string OfConnected(MolecularGraph graph)
    {
        var (vertices, hydrogens) = Suppress(graph);
        var labelled = new LabelledGraph(
            [.. vertices.Select(atom => ((int)graph.Elements[atom] * (graph.AtomCount + 1)) + hydrogens[atom])],
            graph.Part(vertices).Bonds);
        var numbering = new CanonicalSearch(labelled).Run();
        var order = new int[vertices.Count];
        for (var vertex = 0; vertex < order.Length; vertex++)
        {
            order[numbering[vertex]] = vertex;
        }

        var text = new StringBuilder();
        foreach (var vertex in order)
        {
            var atom = vertices[vertex];
            text.Append(text.Length > 0 ? " " : "").Append(graph.Elements[atom]);
            if (hydrogens[atom] > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $":{hydrogens[atom]}");
            }
        }

        foreach (var (index, (first, second, bondOrder)) in labelled.BondsIn(numbering).Index())
        {
            text.Append(index == 0 ? '|' : ' ').Append(CultureInfo.InvariantCulture, $"{first}{"-=#"[bondOrder - 1]}{second}");
        }

        return text.ToString();
    }

    /// <summary>The vertices that remain, and the hydrogens that each stands for.</summary>
    private static (List<int> Vertices, int[] Hydrogens) Suppress(MolecularGraph graph)
    {
        var (vertices, hydrogens) = (new List<int>(), new int[graph.AtomCount]);
        for (var atom = 0; atom < graph.AtomCount; atom++)
        {
            if (graph.Elements[atom] == Element.H && graph.BondsOf(atom) is [{ Order: 1 } bond]
                && MolecularGraph.Other(bond, atom) is var neighbour && graph.Elements[neighbour] != Element.H)
            {
                hydrogens[neighbour]++;
            }
            else
            {
                vertices.Add(atom);
            }
        }

        return (vertices, hydrogens);
    }
}
