using FFF.Networks.Embeddings;
using FFF.Options;
using FFF.Outside;
using static TorchSharp.torch.nn;

[assembly: Kind<EmbeddingConfig, LayerEmbedding>("outside-summary")]

namespace FFF.Outside;

/// <summary>A layer of TorchSharp as a summary of conditions.</summary>
public sealed record LayerEmbedding : EmbeddingConfig
{
    /// <summary>How many numbers it has.</summary>
    public int Size { get; init; } = 3;

    public override long Layers => 1;

    public override IEmbedding Build(EmbeddingPlace place) => new ModuleEmbedding(Sequential(Linear(place.Conditions, Size), Tanh()), Size);
}
