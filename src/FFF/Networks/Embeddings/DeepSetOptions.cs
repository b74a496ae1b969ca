using System.ComponentModel.DataAnnotations;
using FFF.Autodiff;
using FFF.Networks.Embeddings;
using FFF.Options;

[assembly: Kind<EmbeddingConfig, DeepSetOptions>("deep-set", Order = 2)]

namespace FFF.Networks.Embeddings;

/// <summary>
/// A deep set, for observations whose order tells nothing: each element goes through the same layers, their mean through others. The condition's
/// columns are the elements one after the other, each with all its features. Elements are scaled alike, so that any order gives the same summary.
/// </summary>
public sealed record DeepSetOptions : EmbeddingConfig
{
    /// <summary>How many columns an element has; the number of conditions is a multiple of it.</summary>
    [Range(1, 1_000_000)]
    public int Features { get; init; } = 1;

    /// <summary>The widths of the layers that each element goes through; the last is that of the mean over elements.</summary>
    [MinLength(1)]
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> ElementWidths { get; init; } = [64, 64];

    /// <summary>The widths of the hidden layers between this mean and the summary.</summary>
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Widths { get; init; } = [64];

    /// <summary>How many numbers the summary has.</summary>
    [Range(1, 1_000_000)]
    public int Outputs { get; init; } = 16;

    /// <summary>The activation behind each layer but the last.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <inheritdoc/>
    public override int? Period => Features;

    /// <inheritdoc/>
    public override int? KnownOutputs => Outputs;

    /// <inheritdoc/>
    public override IEmbedding Build(EmbeddingPlace place) =>
        new DeepSet(this, Repetitions(place.Conditions, Features, "features", "the elements of a set, each with all its features"), place.Random);

    /// <inheritdoc/>
    public override long MultiplyAdds(int conditions) =>
        (conditions / Features * NetworkCost.MultiplyAdds([Features, .. ElementWidths])) + NetworkCost.MultiplyAdds([ElementWidths[^1], .. Widths, Outputs]);

    /// <inheritdoc/>
    public override long Layers => ElementWidths.Count + Widths.Count + 1;
}
