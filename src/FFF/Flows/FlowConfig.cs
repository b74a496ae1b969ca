using FFF.Flows.Molecules;
using FFF.Latents;
using FFF.Networks;

namespace FFF.Flows;

/// <summary>Encoder, decoder and latent density.</summary>
public sealed record FlowConfig
{
    /// <summary>The encoder's network; the decoder mirrors it.</summary>
    public NetworkConfig Network { get; init; } = new ResidualNetwork();

    /// <summary>The latent density p(z).</summary>
    public LatentConfig Latent { get; init; } = new NormalLatent();

    /// <summary>What makes types and charges of atoms continuous; for molecules.</summary>
    public DequantizerConfig Dequantizer { get; init; } = new();
}
