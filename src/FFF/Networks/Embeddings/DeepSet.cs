using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks.Embeddings;

/// <summary>e = ρ((1/n) Σᵢ a(φ(cᵢ))) over the elements c₁ … cₙ of a set, [n · F] in a row: the same for any order of them.</summary>
/// <remarks>Zaheer, Kottur, Ravanbakhsh, Póczos, Salakhutdinov and Smola, "Deep Sets", NeurIPS 2017.</remarks>
internal sealed class DeepSet : nn.Module, IEmbedding, IGraphEmbedding
{
    private readonly Mlp _element;
    private readonly Mlp _net;
    private readonly Activation _activation;
    private readonly int _elements;
    private readonly int _features;

    /// <summary>Draws the initial weights.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="elements">n.</param>
    /// <param name="random">Draws the initial weights.</param>
    public DeepSet(DeepSetOptions config, int elements, RandomStream random)
        : base(nameof(DeepSet))
    {
        (Outputs, _elements, _features, _activation) = (config.Outputs, elements, config.Features, Activation.Of(config.Activation));
        _element = new Mlp(_features, [.. config.ElementWidths.SkipLast(1)], config.ElementWidths[^1], _activation, zeroOutput: false, random);
        _net = new Mlp(config.ElementWidths[^1], config.Widths, config.Outputs, _activation, zeroOutput: false, random);
        register_module("element", _element);
        register_module("net", _net);
    }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public long NumbersOfRow => (_elements * _element.NumbersOfRow) + _net.NumbersOfRow;

    /// <inheritdoc/>
    public Tensor Forward(Tensor condition)
    {
        using var scope = NewDisposeScope();
        var elements = _activation.Value(_element.Forward(new Dual(condition.reshape(condition.shape[0] * _elements, _features))).Value);
        var pooled = elements.view(condition.shape[0], _elements, elements.shape[1]).mean([1]);
        return _net.Forward(new Dual(pooled)).Value.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    GraphDual IGraphEmbedding.Forward(GraphDual condition)
    {
        var elements = _element.Forward(condition.Reshape(_elements, _features)).Apply(_activation.Kind);
        return _net.Forward(elements.Map(values => values.Sum(1) / _elements));
    }
}
