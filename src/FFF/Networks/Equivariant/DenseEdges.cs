using FFF.Autodiff;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// The edges of a fully connected graph of N nodes as a dense list: every node's N − 1 others, in order. Quantities of
/// edges are [..., N, N − 1, H], so that a sum over a node's neighbours is one over a dimension.
/// </summary>
/// <param name="Nodes">N.</param>
/// <param name="Index">Node i's neighbours, one node after the other, [N·(N − 1)].</param>
public sealed record DenseEdges(long Nodes, Tensor Index)
{
    /// <summary>All edges but those from a node to itself.</summary>
    public static DenseEdges Of(long nodes, Device device)
    {
        using var scope = NewDisposeScope();
        var rank = arange(nodes - 1, device: device);

        // Node i's k-th neighbour is k, or k + 1 from k = i on.
        var index = rank + (rank >= arange(nodes, device: device).unsqueeze(-1)).to(int64);
        return new(nodes, index.flatten().MoveToOuterDisposeScope());
    }

    /// <summary>y_ij = x_i + w_j: [..., N, H] to [..., N, N − 1, H].</summary>
    public Dual Add(Dual own, Dual others) => Own(own) + Gather(others);

    /// <summary>y_ij = x_i − x_j: [..., N, H] to [..., N, N − 1, H].</summary>
    public Dual Differences(Dual x) => Own(x) - Gather(x);

    /// <summary>y_i = Σ_j x_ij: [..., N, N − 1, H] to [..., N, H].</summary>
    public static Dual Sum(Dual x) => x.Map(t => t.sum(-2));

    private static Dual Own(Dual x) => x.Map(t => t.unsqueeze(-2));

    private Dual Gather(Dual x) => x.Map(t => t.index_select(-2, Index).view([.. t.shape[..^2], Nodes, Nodes - 1, t.shape[^1]]));
}
