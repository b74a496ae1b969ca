using FFF.Autodiff;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>Flat rows, [.., D], as graphs and back.</summary>
internal static class GraphRows
{
    /// <summary>Positions, [.., N, d], and features, [.., N, F]; null where nodes have none.</summary>
    public static (Dual Positions, Dual? Features) Split(Dual rows, NodeLayout layout)
    {
        var nodes = rows.Map(t => t.reshape([.. t.shape[..^1], -1, layout.Width]));
        var positions = nodes.Map(t => t.narrow(-1, 0, layout.Dimensions));
        return (positions, layout.Features == 0 ? null : nodes.Map(t => t.narrow(-1, layout.Dimensions, layout.Features)));
    }

    /// <summary>What nodes are told: features and who they are, or 1 where there is neither, and the condition.</summary>
    /// <param name="features">[.., N, F], or null.</param>
    /// <param name="positions">[.., N, d].</param>
    /// <param name="condition">[B, C], or null.</param>
    /// <param name="identity">1 at each node's label, or what is told of its rank, [N, K], or null.</param>
    public static Dual Told(Dual? features, Dual positions, Tensor? condition, Tensor? identity)
    {
        var value = positions.Value;
        var who = identity?.expand([.. value.shape[..^1], identity.shape[1]]);
        var own = features?.Append(who) ?? new Dual(who ?? ones([.. value.shape[..^1], 1], dtype: value.dtype, device: value.device));
        return own.Append(condition?.unsqueeze(-2).expand(-1, value.shape[^2], -1));
    }

    /// <summary>What nodes are told of their ranks, [N, K]; null where they have none.</summary>
    /// <param name="positions">[.., N, d].</param>
    /// <param name="layout">How a row is a graph.</param>
    public static Tensor? Ranks(Dual positions, NodeLayout layout) =>
        layout.Ranks is null ? null : NodeRanks.Features(positions.Value.shape[^2], positions.Value);

    /// <summary>Rows of positions and features.</summary>
    public static Dual Join(Dual positions, Dual? features) => (features is null ? positions : positions.Append(features)).Map(t => t.flatten(-2, -1));
}
