using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>
/// Residual blocks h ← h + net(h) on h = [x, c], as in the simulation-based inference network of the free-form flows
/// paper. The encoder projects h to R^D at the end; the decoder projects [z, c] to R^(D+C) first and keeps D entries.
/// </summary>
public sealed class ResidualNet : nn.Module, INetwork, IGraphNetwork
{
    private readonly ModuleList<Mlp> _blocks;
    private readonly LinearLayer _project;
    private readonly int _dimension;
    private readonly FlowSide _side;

    /// <summary>Builds the network for x in R^dimension and conditions in R^conditions.</summary>
    public ResidualNet(ResidualOptions config, int dimension, int conditions, FlowSide side, RandomStream random)
        : base(nameof(ResidualNet))
    {
        var width = dimension + conditions;
        var activation = Activation.Of(config.Activation);
        (_dimension, _side) = (dimension, side);
        _blocks = new ModuleList<Mlp>([.. Enumerable.Range(0, config.Blocks).Select(_ =>
            new Mlp(width, config.Widths, width, activation, zeroOutput: config.Identity, random))]);
        _project = new LinearLayer(width, side == FlowSide.Encoder ? dimension : width, random);
        if (config.Identity)
        {
            _project.AsIdentity();
        }

        register_module("blocks", _blocks);
        register_module("project", _project);
    }

    /// <inheritdoc/>
    public long NumbersOfRow(long dimension) => 5 * _project.Weight.shape[1] + _blocks.Select(block => block.NumbersOfRow).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition)
    {
        var h = x.Append(condition);
        h = _side == FlowSide.Decoder ? _project.Forward(h) : h;
        foreach (var block in _blocks)
        {
            h += block.Forward(h);
        }

        return _side == FlowSide.Decoder ? h.First(_dimension) : _project.Forward(h);
    }

    /// <inheritdoc/>
    GraphDual IGraphNetwork.Forward(GraphDual x, GraphDual? condition)
    {
        var h = x.Append(condition);
        h = _side == FlowSide.Decoder ? _project.Forward(h) : h;
        foreach (var block in _blocks)
        {
            h += block.Forward(h);
        }

        return _side == FlowSide.Decoder ? h.First(_dimension) : _project.Forward(h);
    }
}
