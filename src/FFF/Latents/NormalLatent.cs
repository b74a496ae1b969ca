using FFF.Latents;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<LatentConfig, NormalLatent>("normal", Order = 1)]

namespace FFF.Latents;

/// <summary>The standard normal density.</summary>
public sealed record NormalLatent : LatentConfig
{
    /// <inheritdoc/>
    public override ILatent Build(NodeLayout? nodes) => new StandardNormal();
}
