using System.ComponentModel.DataAnnotations;
using FFF.Autodiff;
using FFF.Networks.Embeddings;
using FFF.Options;

[assembly: Kind<EmbeddingConfig, Conv1dOptions>("conv1d", Order = 3)]

namespace FFF.Networks.Embeddings;

/// <summary>
/// Convolutions along a sequence, such as a time series, then a perceptron on what they give. The condition's columns are the times one after the
/// other, each with all its channels. All times of a channel are scaled alike.
/// </summary>
public sealed record Conv1dOptions : EmbeddingConfig
{
    /// <summary>How many columns a time has; the number of conditions is a multiple of it.</summary>
    [Range(1, 1_000_000)]
    public int Channels { get; init; } = 1;

    /// <summary>How many channels each convolution gives.</summary>
    [MinLength(1)]
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Filters { get; init; } = [16, 32];

    /// <summary>How many times a convolution sees at once; an odd number, and zeros beyond both ends.</summary>
    [Range(1, 1_000_001)]
    public int Kernel { get; init; } = 5;

    /// <summary>How many times a convolution moves on: of L times ⌈L / stride⌉ are left.</summary>
    [Range(1, 1_000_000)]
    public int Stride { get; init; } = 2;

    /// <summary>The widths of the hidden layers between the last convolution and the summary.</summary>
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Widths { get; init; } = [64];

    /// <summary>How many numbers the summary has.</summary>
    [Range(1, 1_000_000)]
    public int Outputs { get; init; } = 16;

    /// <summary>The activation behind each layer but the last.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <inheritdoc/>
    public override int? Period => Channels;

    /// <inheritdoc/>
    public override int? KnownOutputs => Outputs;

    /// <inheritdoc/>
    public override IEmbedding Build(EmbeddingPlace place)
    {
        var times = Repetitions(place.Conditions, Channels, "channels", "the times of a sequence, each with all its channels");
        return Kernel % 2 == 1
            ? new SequenceEmbedding(this, times, place.Random)
            : throw new UnsuitableOptionsException("kernel", $"expected an odd number, whose middle is a time, found {Kernel}");
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(int conditions)
    {
        var (times, channels, sum) = (conditions / Channels, Channels, 0L);
        foreach (var filters in Filters)
        {
            times = TimesAfter(times);
            sum += (long)times * channels * Kernel * filters;
            channels = filters;
        }

        return sum + NetworkCost.MultiplyAdds([times * channels, .. Widths, Outputs]);
    }

    /// <inheritdoc/>
    public override long Layers => Filters.Count + Widths.Count + 1;

    /// <summary>The times that a convolution leaves.</summary>
    internal int TimesAfter(int times) => ((times - 1) / Stride) + 1;
}
