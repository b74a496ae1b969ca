using FFF.Configuration;

namespace FFF.Latents;

/// <summary>Turns the description of a latent density into the density.</summary>
public static class LatentFactory
{
    /// <summary>The latent density of that kind.</summary>
    /// <param name="config">Which density.</param>
    /// <param name="particles">How a row is a system of particles; null where it is none.</param>
    /// <exception cref="ConfigurationException">The density is one for particles, the data are none.</exception>
    public static ILatent Create(LatentConfig config, ParticleShape? particles = null) => config switch
    {
        NormalLatent => new StandardNormal(),
        StudentTLatent t => new StudentT(t.DegreesOfFreedom),
        MeanFreeNormalLatent => new MeanFreeNormal(ParticleShape.Require(particles, "flow.latent", "mean-free-normal")),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config, null),
    };
}
