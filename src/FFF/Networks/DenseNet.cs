using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>y = net([x, c]) with a multilayer perceptron, or y = x + net([x, c]) starting as the identity.</summary>
public sealed class DenseNet : nn.Module, INetwork, IGraphNetwork
{
    private readonly Mlp _net;
    private readonly bool _skip;

    /// <summary>Builds the network for x in R^dimension and conditions in R^conditions.</summary>
    public DenseNet(DenseOptions config, int dimension, int conditions, RandomStream random)
        : base(nameof(DenseNet))
    {
        _skip = config.Identity;
        _net = new Mlp(dimension + conditions, config.Widths, dimension, Activation.Of(config.Activation), zeroOutput: _skip, random);
        register_module("net", _net);
    }

    /// <inheritdoc/>
    public long NumbersOfRow(long dimension) => _net.NumbersOfRow;

    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition)
    {
        var y = _net.Forward(x.Append(condition));
        return _skip ? x + y : y;
    }

    /// <inheritdoc/>
    GraphDual IGraphNetwork.Forward(GraphDual x, GraphDual? condition)
    {
        var y = _net.Forward(x.Append(condition));
        return _skip ? x + y : y;
    }
}
