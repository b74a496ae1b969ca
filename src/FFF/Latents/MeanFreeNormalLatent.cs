using FFF.Latents;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<LatentConfig, MeanFreeNormalLatent>("mean-free-normal", Order = 3)]

namespace FFF.Latents;

/// <summary>The standard normal density of particles whose mean position is zero, for data of particles.</summary>
public sealed record MeanFreeNormalLatent : LatentConfig
{
    /// <inheritdoc/>
    public override ILatent Build(NodeLayout? nodes) => new MeanFreeNormal(NodeLayout.Require(nodes, "latent", "mean-free-normal"));
}
