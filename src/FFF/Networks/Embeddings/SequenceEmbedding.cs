using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FFF.Networks.Embeddings;

/// <summary>
/// h⁰ₜ = cₜ, hˡ⁺¹ₜ = a(b + Σₖ Wₖ hˡ at time s t + k − ⌊K/2⌋) with zeros beyond both ends, e = net of all times and channels of the last: convolutions of
/// stride s, each one linear layer on windows of K times. Where a thing happens in the sequence is kept.
/// </summary>
internal sealed class SequenceEmbedding : nn.Module, IEmbedding, IGraphEmbedding
{
    private readonly ModuleList<LinearLayer> _convolutions;
    private readonly Mlp _net;
    private readonly Conv1dOptions _config;
    private readonly Activation _activation;
    private readonly int _times;

    /// <summary>Draws the initial weights.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="times">L.</param>
    /// <param name="random">Draws the initial weights.</param>
    public SequenceEmbedding(Conv1dOptions config, int times, RandomStream random)
        : base(nameof(SequenceEmbedding))
    {
        (_config, _times, _activation) = (config, times, Activation.Of(config.Activation));
        int[] channels = [config.Channels, .. config.Filters];
        _convolutions = new([.. channels.Zip(config.Filters, (given, filters) => new LinearLayer(config.Kernel * given, filters, random))]);
        var left = config.Filters.Aggregate(times, (length, _) => config.TimesAfter(length));
        _net = new Mlp(left * channels[^1], config.Widths, config.Outputs, _activation, zeroOutput: false, random);
        NumbersOfRow = (3L * times * config.Kernel * channels.Max()) + _net.NumbersOfRow;
        register_module("convolutions", _convolutions);
        register_module("net", _net);
    }

    /// <inheritdoc/>
    public int Outputs => _config.Outputs;

    /// <inheritdoc/>
    public long NumbersOfRow { get; }

    /// <inheritdoc/>
    public Tensor Forward(Tensor condition)
    {
        using var scope = NewDisposeScope();
        var h = condition.reshape(condition.shape[0], _times, _config.Channels);
        foreach (var convolution in _convolutions)
        {
            h = _activation.Value(convolution.Forward(new Dual(Windows(h))).Value);
        }

        return _net.Forward(new Dual(h.flatten(1))).Value.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    GraphDual IGraphEmbedding.Forward(GraphDual condition)
    {
        var (h, times, channels) = (condition, _times, _config.Channels);
        foreach (var convolution in _convolutions)
        {
            h = convolution.Forward(Windows(h, times, channels)).Apply(_activation.Kind);
            (times, channels) = (_config.TimesAfter(times), h.Width);
            h = h.Reshape(times * channels);
        }

        return _net.Forward(h);
    }

    /// <summary>The same in a graph of operators, [B, L · F] to [B, ⌈L / s⌉, F · K]: entries by their numbers, of which the first is a zero.</summary>
    private GraphDual Windows(GraphDual h, int times, int channels)
    {
        var (half, left) = (_config.Kernel / 2, _config.TimesAfter(times));
        long[] places = [.. from time in Enumerable.Range(0, left)
                            from channel in Enumerable.Range(0, channels)
                            from k in Enumerable.Range(0, _config.Kernel)
                            let seen = (time * _config.Stride) + k - half
                            select seen < 0 || seen >= times ? 0L : 1 + (seen * channels) + channel];
        return h.Map(values => (0 * values.Slice(-1, 0, 1)).Append(values).Gather(values.Graph.Integers(places), -1), places.Length)
            .Reshape(left, channels * _config.Kernel);
    }

    /// <summary>What a convolution sees at each of its times: [B, L, F] to [B, ⌈L / s⌉, F · K], channel after channel.</summary>
    private Tensor Windows(Tensor h)
    {
        var half = _config.Kernel / 2;
        var zeros = h.new_zeros([h.shape[0], half, h.shape[2]]);
        return cat([zeros, h, zeros], 1).unfold(1, _config.Kernel, _config.Stride).flatten(2);
    }
}
