using System.Collections.Immutable;
using FFF.Spaces;

namespace FFF.Evaluation.Molecules;

/// <summary>A graph whose vertices have labels and whose edges have orders.</summary>
internal sealed class LabelledGraph
{
    private readonly ImmutableArray<Bond> _bonds;

    /// <summary>A graph of n vertices.</summary>
    /// <param name="labels">The vertices' labels, n.</param>
    /// <param name="bonds">The edges, at most one for two vertices.</param>
    public LabelledGraph(int[] labels, ImmutableArray<Bond> bonds)
    {
        Labels = labels;
        _bonds = bonds;
        Neighbours = new List<(int, int)>[labels.Length];
        for (var vertex = 0; vertex < labels.Length; vertex++)
        {
            Neighbours[vertex] = [];
        }

        foreach (var (first, second, order) in bonds)
        {
            Neighbours[first].Add((second, order));
            Neighbours[second].Add((first, order));
        }
    }

    /// <summary>The vertices' labels, n.</summary>
    public int[] Labels { get; }

    /// <summary>Of each vertex, its neighbours and the orders of the edges.</summary>
    public List<(int Vertex, int Order)>[] Neighbours { get; }

    /// <summary>n.</summary>
    public int Count => Labels.Length;

    /// <summary>The edges, sorted, with vertex v called <c>numbering[v]</c>.</summary>
    public Bond[] BondsIn(int[] numbering)
    {
        var renamed = new Bond[_bonds.Length];
        for (var i = 0; i < renamed.Length; i++)
        {
            var (a, b) = (numbering[_bonds[i].First], numbering[_bonds[i].Second]);
            renamed[i] = new Bond(Math.Min(a, b), Math.Max(a, b), _bonds[i].Order);
        }

        Array.Sort(renamed, Compare);
        return renamed;
    }

    /// <summary>Sorts edges by first vertex, second vertex and order.</summary>
    public static int Compare(Bond a, Bond b) =>
        a.First != b.First ? a.First.CompareTo(b.First)
        : a.Second != b.Second ? a.Second.CompareTo(b.Second)
        : a.Order.CompareTo(b.Order);
}
