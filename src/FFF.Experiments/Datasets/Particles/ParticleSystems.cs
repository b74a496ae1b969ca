using FFF.Spaces;

namespace FFF.Datasets.Particles;

/// <summary>The particle systems of the literature by name.</summary>
public static class ParticleSystems
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IParticleSystem> All { get; } =
    [
        new DoubleWell4(),
        new LennardJones("lj13", 13, spread: 0.7, new()),
        new LennardJones("lj55", 55, spread: 1.1, new() { Thinning = 10, Warmup = 400 }),
    ];

    /// <summary>The system of this kind.</summary>
    public static IParticleSystem Get(ParticleSystemKind kind) => All[(int)kind];

    /// <summary>The energy that an experiment's data are samples of; null where that is not known.</summary>
    /// <param name="data">The data's configuration.</param>
    /// <param name="shape">N and d of a file's positions; null where none is read.</param>
    /// <exception cref="DatasetException">The energy is none of such particles.</exception>
    public static IEnergy? Of(ParticleData data, MeanFreePositions? shape = null) => data.System is { } kind
        ? Get(kind).WithWellDepth(data.WellDepth)
        : (shape ?? data.Described) is { } own ? data.Energy?.Of(own) : null;

    /// <summary>The system, or the Lennard-Jones cluster that it is with this factor of its pair energies.</summary>
    /// <param name="system">The system.</param>
    /// <param name="wellDepth">ε; null for 1.</param>
    /// <exception cref="ArgumentException">The system has no such factor.</exception>
    public static IParticleSystem WithWellDepth(this IParticleSystem system, double? wellDepth) => (system, wellDepth) switch
    {
        (_, null or 1) => system,
        (LennardJones cluster, { } depth) => cluster.WithWellDepth(depth),
        _ => throw new ArgumentException($"{system.Name} has no well depth; only lj13 and lj55 have one.", nameof(wellDepth)),
    };
}
