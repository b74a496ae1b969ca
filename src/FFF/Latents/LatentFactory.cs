using FFF.Configuration;

namespace FFF.Latents;

/// <summary>Turns the description of a latent density into the density.</summary>
public static class LatentFactory
{
    /// <summary>The latent density of that kind.</summary>
    public static ILatent Create(LatentConfig config) => config switch
    {
        NormalLatent => new StandardNormal(),
        StudentTLatent t => new StudentT(t.DegreesOfFreedom),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config, null),
    };
}
