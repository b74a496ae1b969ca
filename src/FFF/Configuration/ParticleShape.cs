namespace FFF.Configuration;

/// <summary>How a flat row of D = N·d numbers is a system of particles: particle after particle.</summary>
/// <param name="Particles">N.</param>
/// <param name="Dimensions">d, of space.</param>
public sealed record ParticleShape(int Particles, int Dimensions)
{
    /// <summary>(N − 1)·d, the dimensions of the positions without their mean.</summary>
    public int MeanFreeDimension => (Particles - 1) * Dimensions;

    /// <summary>The shape, for what needs particles.</summary>
    /// <param name="shape">That of the data; null where they are no particles.</param>
    /// <param name="key">The key that asks for it.</param>
    /// <param name="kind">The kind it names.</param>
    /// <exception cref="ConfigurationException">The data are no particles.</exception>
    public static ParticleShape Require(ParticleShape? shape, string key, string kind) => shape
        ?? throw new ConfigurationException([new Problem("configuration", null, null, key,
            $"expected data of particles for the kind {kind}, found data that are none; use another kind, or data of particle positions")]);
}
