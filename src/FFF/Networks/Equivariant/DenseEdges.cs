using FFF.Autodiff;
using FFF.Graphs;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// The edges of a fully connected graph of N nodes as a dense list: every node's N − 1 others, in order. Quantities of
/// edges are [..., N, N − 1, H], so that a sum over a node's neighbours is one over a dimension.
/// </summary>
/// <remarks>
/// Made of all pairs by leaving out the diagonal, without an index: the way back sums in a fixed order, where that of a
/// selection by index adds atomically on a GPU, so that no two runs would be the same.
/// </remarks>
internal static class DenseEdges
{
    /// <summary>y_ij = x_i + w_j: [..., N, H] to [..., N, N − 1, H].</summary>
    public static Dual Add(Dual own, Dual others) => WithoutDiagonal(own.Map(t => t.unsqueeze(-2)) + others.Map(t => t.unsqueeze(-3)));

    /// <summary>y_ij = x_i − x_j: [..., N, H] to [..., N, N − 1, H].</summary>
    public static Dual Differences(Dual x) => WithoutDiagonal(x.Map(t => t.unsqueeze(-2)) - x.Map(t => t.unsqueeze(-3)));

    /// <summary>y_i = Σ_j x_ij: [..., N, N − 1, H] to [..., N, H].</summary>
    public static Dual Sum(Dual x) => x.Map(t => t.sum(-2));

    /// <summary>Behind the first entry of a matrix written row by row, every (N + 1)-th is one of the diagonal: [..., N, N, H] to [..., N, N − 1, H].</summary>
    private static Dual WithoutDiagonal(Dual pairs)
    {
        using var scope = NewDisposeScope();
        return pairs.Map(t =>
        {
            var (nodes, width) = (t.shape[^2], t.shape[^1]);
            long[] outer = [.. t.shape[..^3]];
            var behind = t.reshape([.. outer, nodes * nodes, width]).narrow(-2, 1, nodes * nodes - 1);
            return behind.reshape([.. outer, nodes - 1, nodes + 1, width]).narrow(-2, 0, nodes).reshape([.. outer, nodes, nodes - 1, width]);
        }).MoveToOuterDisposeScope();
    }

    /// <summary>y_ij = x_i + w_j in a graph of operators: [..., N, H] to [..., N, N − 1, H].</summary>
    /// <param name="own">x.</param>
    /// <param name="others">w.</param>
    /// <param name="nodes">N.</param>
    public static GraphDual Add(GraphDual own, GraphDual others, int nodes)
    {
        long[] neighbours = [.. from node in Enumerable.Range(0, nodes) from other in Enumerable.Range(0, nodes) where other != node select (long)other];
        return own.Map(t => t.Unsqueeze(-2))
            + others.Map(t => t.Gather(t.Graph.Integers(neighbours).Reshape(nodes, nodes - 1), -2));
    }
}
