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

    /// <summary>What nodes are told: features and labels, or 1 where there are neither, and the condition.</summary>
    /// <param name="features">[.., N, F], or null.</param>
    /// <param name="positions">[.., N, d].</param>
    /// <param name="condition">[B, C], or null.</param>
    /// <param name="labels">1 at each node's label, [N, K], or null.</param>
    public static Dual Told(Dual? features, Dual positions, Tensor? condition, Tensor? labels)
    {
        var value = positions.Value;
        var label = labels?.expand([.. value.shape[..^1], labels.shape[1]]);
        var own = features?.Append(label) ?? new Dual(label ?? ones([.. value.shape[..^1], 1], dtype: value.dtype, device: value.device));
        return own.Append(condition?.unsqueeze(-2).expand(-1, value.shape[^2], -1));
    }

    /// <summary>Rows of positions and features.</summary>
    public static Dual Join(Dual positions, Dual? features) => (features is null ? positions : positions.Append(features)).Map(t => t.flatten(-2, -1));
}
