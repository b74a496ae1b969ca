using FFF.Autodiff;
using FFF.Configuration;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// A flow's network on particles: [x, f] + [x' − x without its mean over particles, f'] with positions x and features f
/// of an E(n)-equivariant graph network. It leaves the particles' mean where it is.
/// </summary>
public sealed class EquivariantNet : nn.Module, INetwork
{
    private readonly NodeLayout _layout;
    private readonly int _conditions;
    private readonly EquivariantGraph _egnn;

    /// <summary>Builds the network.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="layout">How a row is a graph, of any number of nodes.</param>
    /// <param name="conditions">C, told to every particle.</param>
    /// <param name="generator">Draws the initial weights.</param>
    public EquivariantNet(EquivariantNetwork config, NodeLayout layout, int conditions, Generator generator)
        : base(nameof(EquivariantNet))
    {
        (_layout, _conditions) = (layout, conditions);
        register_module("egnn", _egnn = new EquivariantGraph(config, Math.Max(1, layout.Features) + conditions, layout.Features, generator));
    }

    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition)
    {
        var nodes = x.Map(t => t.reshape([.. t.shape[..^1], -1, _layout.Width]));
        var positions = nodes.Map(t => t.narrow(-1, 0, _layout.Dimensions));
        var (features, moved) = _egnn.Forward(Features(nodes, condition), positions);
        var displacement = (moved - positions).Map(t => t - t.mean([-2], keepdim: true));
        var change = features is null ? displacement : displacement.Append(features);
        return (nodes + change).Map(t => t.flatten(-2, -1));
    }

    /// <summary>What nodes are told: their own features, or 1 where they have none, and the condition.</summary>
    private Dual Features(Dual nodes, Tensor? condition)
    {
        var value = nodes.Value;
        var own = _layout.Features > 0
            ? nodes.Map(t => t.narrow(-1, _layout.Dimensions, _layout.Features))
            : new Dual(ones([.. value.shape[..^1], 1], dtype: value.dtype, device: value.device));
        return own.Append(_conditions == 0 ? null : condition!.unsqueeze(-2).expand(-1, value.shape[^2], -1));
    }
}
