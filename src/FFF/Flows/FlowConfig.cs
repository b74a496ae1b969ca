using FFF.Flows.Molecules;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Embeddings;
using FFF.Options;

namespace FFF.Flows;

/// <summary>Encoder, decoder and latent density.</summary>
public sealed record FlowConfig
{
    /// <summary>The encoder's network; the decoder mirrors it.</summary>
    public NetworkConfig Network { get; init; } = new ResidualOptions();

    /// <summary>
    /// The network that conditions go through first, trained together with the flow; encoder and decoder are told conditions as they are if left out.
    /// </summary>
    public EmbeddingConfig? Embedding { get; init; }

    /// <summary>The latent density p(z); that of the data if left out: mean-free-normal for particles, else normal. Molecules have one of their own.</summary>
    [ByData]
    public LatentConfig? Latent { get; init; }

    /// <summary>What makes types and charges of atoms continuous; for molecules only.</summary>
    [ByData]
    public DequantizerConfig? Dequantizer { get; init; }
}
