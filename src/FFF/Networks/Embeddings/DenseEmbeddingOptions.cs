using System.ComponentModel.DataAnnotations;
using FFF.Autodiff;
using FFF.Networks.Embeddings;
using FFF.Options;

[assembly: Kind<EmbeddingConfig, DenseEmbeddingOptions>("dense", Order = 1)]

namespace FFF.Networks.Embeddings;

/// <summary>A multilayer perceptron from the condition to its summary.</summary>
public sealed record DenseEmbeddingOptions : EmbeddingConfig
{
    /// <summary>The widths of the hidden layers.</summary>
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Widths { get; init; } = [64, 64];

    /// <summary>How many numbers the summary has.</summary>
    [Range(1, 1_000_000)]
    public int Outputs { get; init; } = 16;

    /// <summary>The activation between layers.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <inheritdoc/>
    public override int? KnownOutputs => Outputs;

    /// <inheritdoc/>
    public override IEmbedding Build(EmbeddingPlace place) => new DenseEmbedding(this, place.Conditions, place.Random);

    /// <inheritdoc/>
    public override long MultiplyAdds(int conditions) => NetworkCost.MultiplyAdds([conditions, .. Widths, Outputs]);

    /// <inheritdoc/>
    public override long Layers => Widths.Count + 1;
}
