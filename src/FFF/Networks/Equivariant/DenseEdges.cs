using FFF.Autodiff;

namespace FFF.Networks.Equivariant;

/// <summary>
/// The edges of a fully connected graph of N nodes, densely: node i's N − 1 others are i + 1, i + 2, ... around the circle.
/// Quantities of edges are [..., N, N − 1, H], so that a sum over a node's neighbours is one over a dimension.
/// </summary>
/// <remarks>
/// In this order neighbours are a window that slides over the nodes written down twice, without an index: nothing is copied
/// for them, and the way back sums in a fixed order, where that of a selection by index adds atomically on a GPU.
/// </remarks>
public static class DenseEdges
{
    /// <summary>y_ij = x_i + w_j: [..., N, H] to [..., N, N − 1, H].</summary>
    public static Dual Add(Dual own, Dual others) => Own(own) + Neighbours(others);

    /// <summary>y_ij = x_i − x_j: [..., N, H] to [..., N, N − 1, H].</summary>
    public static Dual Differences(Dual x) => Own(x) - Neighbours(x);

    /// <summary>y_i = Σ_j x_ij: [..., N, N − 1, H] to [..., N, H].</summary>
    public static Dual Sum(Dual x) => x.Map(t => t.sum(-2));

    private static Dual Own(Dual x) => x.Map(t => t.unsqueeze(-2));

    /// <summary>Windows of N − 1 nodes of x₁, ..., x_{N−1}, x₀, ..., x_{N−2}.</summary>
    private static Dual Neighbours(Dual x) => x.Map(t =>
    {
        var nodes = t.shape[^2];
        return TorchSharp.torch.cat([t.narrow(-2, 1, nodes - 1), t.narrow(-2, 0, nodes - 1)], -2).unfold(-2, nodes - 1, 1).transpose(-1, -2);
    });
}
