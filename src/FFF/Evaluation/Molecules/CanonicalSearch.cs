using FFF.Spaces;

namespace FFF.Evaluation.Molecules;

/// <summary>The search tree of <see cref="CanonicalForm"/>.</summary>
/// <param name="graph">The graph.</param>
internal sealed class CanonicalSearch(LabelledGraph graph)
{
    private readonly List<int> _path = [];
    private readonly List<int[]> _automorphisms = [];
    private int[]? _best;
    private Bond[] _bestBonds = [];
    private int[] _bestPath = [];

    /// <summary>The canonical numbering: of each vertex, its number.</summary>
    public int[] Run()
    {
        Descend(ColourRefinement.ByLabel(graph));
        return _best!;
    }

    /// <summary>Visits a node of the tree and what is below it.</summary>
    /// <returns>The depth of the node where the search goes on: this one's or, after an automorphism, a smaller one.</returns>
    private int Descend(ColourRefinement colours)
    {
        // Twins are images of each other under an exchange of the two: one choice stands for all, and no branch is opened.
        var depth = _path.Count;
        var cell = colours.FirstCell();
        while (cell.Length > 0 && AreTwins(cell))
        {
            _path.Add(cell[0]);
            colours = colours.Individualised(cell[0]);
            cell = colours.FirstCell();
        }

        var back = cell.Length == 0 ? Leaf(colours.Colours) : Branch(colours, cell);
        _path.RemoveRange(depth, _path.Count - depth);
        return Math.Min(back, depth);
    }

    private int Branch(ColourRefinement colours, int[] cell)
    {
        var (depth, tried) = (_path.Count, new List<int>());
        foreach (var vertex in cell)
        {
            if (IsEquivalent(vertex, tried))
            {
                continue;
            }

            tried.Add(vertex);
            _path.Add(vertex);
            var back = Descend(colours.Individualised(vertex));
            _path.RemoveAt(depth);
            if (back < depth)
            {
                return back;
            }
        }

        return depth;
    }

    /// <summary>Whether the vertices, of one label, have the same neighbours by the same bonds: those of a carbon's fluorines.</summary>
    private bool AreTwins(int[] cell)
    {
        var first = graph.Neighbours[cell[0]];
        return cell.Skip(1).All(vertex => graph.Neighbours[vertex].Count == first.Count && graph.Neighbours[vertex].Order().SequenceEqual(first.Order()));
    }

    /// <summary>Compares a numbering with the best one.</summary>
    private int Leaf(int[] numbering)
    {
        var bonds = graph.BondsIn(numbering);
        var comparison = _best is null ? -1 : Compare(bonds, _bestBonds);
        if (comparison < 0)
        {
            (_best, _bestBonds, _bestPath) = (numbering, bonds, [.. _path]);
        }
        else if (comparison == 0)
        {
            _automorphisms.Add(Automorphism(numbering));

            // The branch below the last node that both leaves share is an image of the one that was searched.
            return _path.Zip(_bestPath).TakeWhile(pair => pair.First == pair.Second).Count();
        }

        return _path.Count;
    }

    /// <summary>Maps each vertex to the one that has its number in the best numbering.</summary>
    private int[] Automorphism(int[] numbering)
    {
        var withNumber = new int[numbering.Length];
        for (var vertex = 0; vertex < numbering.Length; vertex++)
        {
            withNumber[_best![vertex]] = vertex;
        }

        return [.. numbering.Select(number => withNumber[number])];
    }

    /// <summary>Whether known automorphisms that leave the path as it is map the vertex to one that was tried.</summary>
    private bool IsEquivalent(int vertex, List<int> tried)
    {
        if (tried.Count == 0)
        {
            return false;
        }

        int[][] fixing = [.. _automorphisms.Where(automorphism => _path.All(v => automorphism[v] == v))];
        var (orbit, next) = (new HashSet<int> { vertex }, new Stack<int>([vertex]));
        while (next.TryPop(out var member))
        {
            if (tried.Contains(member))
            {
                return true;
            }

            foreach (var automorphism in fixing)
            {
                if (orbit.Add(automorphism[member]))
                {
                    next.Push(automorphism[member]);
                }
            }
        }

        return false;
    }

    private static int Compare(Bond[] a, Bond[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (LabelledGraph.Compare(a[i], b[i]) is not 0 and var comparison)
            {
                return comparison;
            }
        }

        return 0;
    }
}
