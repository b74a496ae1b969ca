using FFF.Configuration;

namespace FFF.Datasets.Particles;

/// <summary>The particle systems of the literature by name.</summary>
public static class ParticleSystems
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IParticleSystem> All { get; } =
        [new DoubleWell4(), new LennardJones("lj13", 13, spread: 0.7), new LennardJones("lj55", 55, spread: 1.1)];

    /// <summary>The system of this kind.</summary>
    public static IParticleSystem Get(ParticleSystemKind kind) => All[(int)kind];
}
