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
    private readonly ParticleShape _shape;
    private readonly int _features;
    private readonly int _conditions;
    private readonly EquivariantGraph _egnn;

    /// <summary>Builds the network.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="shape">How a row is a system of particles.</param>
    /// <param name="features">F, numbers of each particle beside its position; they follow it in the row.</param>
    /// <param name="conditions">C, told to every particle.</param>
    /// <param name="generator">Draws the initial weights.</param>
    public EquivariantNet(EquivariantNetwork config, ParticleShape shape, int features, int conditions, Generator generator)
        : base(nameof(EquivariantNet))
    {
        (_shape, _features, _conditions) = (shape, features, conditions);
        register_module("egnn", _egnn = new EquivariantGraph(config, Math.Max(1, features) + conditions, features, generator));
    }

    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition)
    {
        var nodes = x.Map(t => t.reshape([.. t.shape[..^1], _shape.Particles, _shape.Dimensions + _features]));
        var positions = nodes.Map(t => t.narrow(-1, 0, _shape.Dimensions));
        var (features, moved) = _egnn.Forward(Features(nodes, condition), positions);
        var displacement = (moved - positions).Map(t => t - t.mean([-2], keepdim: true));
        var change = features is null ? displacement : displacement.Append(features);
        return (nodes + change).Map(t => t.flatten(-2, -1));
    }

    /// <summary>What nodes are told: their own features, or 1 where they have none, and the condition.</summary>
    private Dual Features(Dual nodes, Tensor? condition)
    {
        var value = nodes.Value;
        var own = _features > 0
            ? nodes.Map(t => t.narrow(-1, _shape.Dimensions, _features))
            : new Dual(ones([.. value.shape[..^1], 1], dtype: value.dtype, device: value.device));
        return own.Append(_conditions == 0 ? null : condition!.unsqueeze(-2).expand(-1, _shape.Particles, -1));
    }
}
