using FFF.Spaces;
using System.ComponentModel.DataAnnotations;
using FFF.Latents;
using FFF.Options;

[assembly: Kind<LatentConfig, StudentTLatent>("student-t", Order = 2)]

namespace FFF.Latents;

/// <summary>Independent Student-t components, for data with heavy tails.</summary>
public sealed record StudentTLatent : LatentConfig
{
    /// <summary>The degrees of freedom ν.</summary>
    [Range(1e-3, 1e6)]
    public double DegreesOfFreedom { get; init; } = 5;

    /// <inheritdoc/>
    public override ILatent Build(NodeLayout? nodes) => new StudentT(DegreesOfFreedom);
}
