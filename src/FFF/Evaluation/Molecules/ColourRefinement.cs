namespace FFF.Evaluation.Molecules;

/// <summary>Colours of vertices that tell apart whatever neighbours tell apart (one-dimensional Weisfeiler-Leman refinement).</summary>
/// <remarks>
/// A colour is a number: how many vertices have smaller colours. A round replaces each vertex's colour by the rank of
/// (its colour, the sorted list of its neighbours' colours and bond orders), until no colour splits any more. Ranks depend
/// on nothing but the graph, so isomorphic graphs get the same colours.
/// </remarks>
internal static class ColourRefinement
{
    /// <summary>Colours by label.</summary>
    public static int[] ByLabel(LabelledGraph graph)
    {
        var colours = new int[graph.Count];
        for (var vertex = 0; vertex < colours.Length; vertex++)
        {
            colours[vertex] = graph.Labels.Count(label => label < graph.Labels[vertex]);
        }

        return colours;
    }

    /// <summary>Refines colours until they are stable.</summary>
    /// <returns>How many colours there are.</returns>
    public static int Refine(LabelledGraph graph, int[] colours)
    {
        var (signatures, order) = (new long[graph.Count][], new int[graph.Count]);
        for (var count = colours.Distinct().Count(); ;)
        {
            for (var vertex = 0; vertex < graph.Count; vertex++)
            {
                signatures[vertex] = Signature(graph, colours, vertex);
                order[vertex] = vertex;
            }

            Array.Sort(order, (a, b) => signatures[a].AsSpan().SequenceCompareTo(signatures[b]));
            var (before, distinct) = (0, 0);
            for (var i = 0; i < order.Length; i++)
            {
                if (i == 0 || !signatures[order[i]].AsSpan().SequenceEqual(signatures[order[i - 1]]))
                {
                    before = i;
                    distinct++;
                }

                colours[order[i]] = before;
            }

            if (distinct == count)
            {
                return count;
            }

            count = distinct;
        }
    }

    /// <summary>The vertex's colour, then its neighbours', each with the bond's order, sorted.</summary>
    private static long[] Signature(LabelledGraph graph, int[] colours, int vertex)
    {
        var neighbours = graph.Neighbours[vertex];
        var signature = new long[neighbours.Count + 1];
        for (var i = 0; i < neighbours.Count; i++)
        {
            signature[i + 1] = ((long)colours[neighbours[i].Vertex] << 8) + neighbours[i].Order;
        }

        Array.Sort(signature, 1, neighbours.Count);
        signature[0] = colours[vertex];
        return signature;
    }
}
