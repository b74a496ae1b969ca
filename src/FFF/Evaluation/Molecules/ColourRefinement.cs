namespace FFF.Evaluation.Molecules;

/// <summary>Vertices in classes by colour, refined by whatever neighbours tell apart (one-dimensional Weisfeiler-Leman refinement).</summary>
/// <remarks>
/// A colour is a number: how many vertices have smaller colours. A round replaces each vertex's colour by the rank of
/// (its colour, the sorted list of its neighbours' colours and bond orders), until no colour splits any more. Ranks depend
/// on nothing but the graph, so isomorphic graphs get the same colours. A round looks only at classes next to vertices
/// whose colour the last round changed: all others stay whole.
/// </remarks>
internal sealed class ColourRefinement
{
    private readonly LabelledGraph _graph;
    private readonly int[] _colours;

    /// <summary>The vertices, those of a class side by side: the class of colour c begins at c.</summary>
    private readonly int[] _order;

    private ColourRefinement(LabelledGraph graph, int[] colours, int[] order, int count) => (_graph, _colours, _order, Count) = (graph, colours, order, count);

    /// <summary>How many colours there are.</summary>
    public int Count { get; private set; }

    /// <summary>The colours of the vertices.</summary>
    public int[] Colours => _colours;

    /// <summary>Colours by label, refined.</summary>
    public static ColourRefinement ByLabel(LabelledGraph graph)
    {
        int[] order = [.. Enumerable.Range(0, graph.Count)];
        Array.Sort(order, (a, b) => graph.Labels[a].CompareTo(graph.Labels[b]));
        var (colours, count) = (new int[graph.Count], 0);
        for (var i = 0; i < order.Length; i++)
        {
            var isNew = i == 0 || graph.Labels[order[i]] != graph.Labels[order[i - 1]];
            colours[order[i]] = isNew ? i : colours[order[i - 1]];
            count += isNew ? 1 : 0;
        }

        var refined = new ColourRefinement(graph, colours, order, count);
        refined.Refine([.. order]);
        return refined;
    }

    /// <summary>The same with this vertex before the others of its colour, refined.</summary>
    public ColourRefinement Individualised(int vertex)
    {
        var (colours, order) = ((int[])_colours.Clone(), (int[])_order.Clone());
        var (colour, others) = (colours[vertex], new List<int>());
        for (var i = colour; i < order.Length && _colours[_order[i]] == colour; i++)
        {
            if (_order[i] != vertex)
            {
                others.Add(_order[i]);
                colours[_order[i]] = colour + 1;
                order[colour + others.Count] = _order[i];
            }
        }

        order[colour] = vertex;
        var refined = new ColourRefinement(_graph, colours, order, Count + 1);
        refined.Refine(others);
        return refined;
    }

    /// <summary>The vertices of the smallest colour that several have.</summary>
    public int[] FirstCell()
    {
        for (var start = 0; start < _order.Length; start++)
        {
            if (EndOf(start) is var end && end > start + 1)
            {
                return [.. _order[start..end].Order()];
            }
        }

        return [];
    }

    private void Refine(List<int> changed)
    {
        var signatures = new long[_graph.Count][];
        while (changed.Count > 0 && Count < _graph.Count)
        {
            var classes = new SortedSet<int>();
            foreach (var vertex in changed)
            {
                foreach (var (neighbour, _) in _graph.Neighbours[vertex])
                {
                    classes.Add(_colours[neighbour]);
                }
            }

            // All signatures are of the colours before the round.
            (int Start, int End)[] split = [.. classes.Select(start => (start, EndOf(start))).Where(cell => cell.Item2 > cell.start + 1)];
            foreach (var (start, end) in split)
            {
                for (var i = start; i < end; i++)
                {
                    signatures[_order[i]] = Signature(_order[i]);
                }
            }

            changed = [];
            foreach (var (start, end) in split)
            {
                Split(start, end, signatures, changed);
            }
        }
    }

    /// <summary>Splits a class by signatures, and adds the vertices whose colour that changes.</summary>
    private void Split(int start, int end, long[][] signatures, List<int> changed)
    {
        _order.AsSpan(start, end - start).Sort((a, b) => signatures[a].AsSpan().SequenceCompareTo(signatures[b]));
        var colour = start;
        for (var i = start + 1; i < end; i++)
        {
            if (!signatures[_order[i]].AsSpan().SequenceEqual(signatures[_order[i - 1]]))
            {
                colour = i;
                Count++;
            }

            if (colour != start)
            {
                _colours[_order[i]] = colour;
                changed.Add(_order[i]);
            }
        }
    }

    private int EndOf(int start)
    {
        var end = start + 1;
        while (end < _order.Length && _colours[_order[end]] == start)
        {
            end++;
        }

        return end;
    }

    /// <summary>The neighbours' colours, each with the bond's order, sorted.</summary>
    private long[] Signature(int vertex)
    {
        var neighbours = _graph.Neighbours[vertex];
        var signature = new long[neighbours.Count];
        for (var i = 0; i < signature.Length; i++)
        {
            signature[i] = ((long)_colours[neighbours[i].Vertex] << 8) + neighbours[i].Order;
        }

        Array.Sort(signature);
        return signature;
    }
}
