using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks.Embeddings;

/// <summary>e = net(c) with a multilayer perceptron.</summary>
internal sealed class DenseEmbedding : nn.Module, IEmbedding, IGraphEmbedding
{
    private readonly Mlp _net;

    /// <summary>Draws the initial weights.</summary>
    public DenseEmbedding(DenseEmbeddingOptions config, int conditions, RandomStream random)
        : base(nameof(DenseEmbedding))
    {
        Outputs = config.Outputs;
        _net = new Mlp(conditions, config.Widths, config.Outputs, Activation.Of(config.Activation), zeroOutput: false, random);
        register_module("net", _net);
    }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public long NumbersOfRow => _net.NumbersOfRow;

    /// <inheritdoc/>
    public Tensor Forward(Tensor condition) => _net.Forward(new Dual(condition)).Value;

    /// <inheritdoc/>
    GraphDual IGraphEmbedding.Forward(GraphDual condition) => _net.Forward(condition);
}
