using FFF.Configuration;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>Positions that an experiment learns.</summary>
/// <param name="Name">What they are called in messages.</param>
/// <param name="Positions">x, [N, particles·dimensions], of mean zero, float32 on the CPU.</param>
/// <param name="Shape">Particles and dimensions.</param>
internal sealed record ParticlePositions(string Name, Tensor Positions, ParticleShape Shape)
{
    private const int DefaultSamples = 10_000;
    private const string Axes = "xyz";

    /// <summary>Reads them from their file, or from the cache, or draws them.</summary>
    /// <exception cref="DatasetException">The file cannot be read or does not fit.</exception>
    public static ParticlePositions Of(ParticleData config, Action<string>? warn, IProgress<SamplingProgress>? progress)
    {
        using var scope = NewDisposeScope();
        var system = ParticleSystems.Of(config);
        var (name, positions, shape) = config.Path is { } path
            ? FromFile(path, config, system?.Shape)
            : Drawn(system!, config, warn, progress);
        return new(name, MeanFree.Project(positions, shape).MoveToOuterDisposeScope(), shape);
    }

    /// <summary>Names such as x1, y1, x2, y2; coordinate1_1 in more than three dimensions.</summary>
    public static IReadOnlyList<string> Columns(ParticleShape shape) =>
        [.. from particle in Enumerable.Range(1, shape.Particles)
            from axis in Enumerable.Range(0, shape.Dimensions)
            select shape.Dimensions <= Axes.Length ? $"{Axes[axis]}{particle}" : $"coordinate{axis + 1}_{particle}"];

    private static (string, Tensor, ParticleShape) FromFile(string path, ParticleData config, ParticleShape? ofSystem)
    {
        var named = config is { Particles: { } particles, Dimensions: { } dimensions } ? new ParticleShape(particles, dimensions) : null;
        if (named is not null && ofSystem is not null && named != ofSystem)
        {
            throw new DatasetException($"{path}: data.system has {ofSystem.Particles} particles in {ofSystem.Dimensions} dimensions, but data.particles and data.dimensions say {named.Particles} in {named.Dimensions}. Leave one of them out.");
        }

        var (positions, shape) = PositionsFile.Read(path, named ?? ofSystem);
        var count = config.Samples ?? positions.shape[0];
        return count <= positions.shape[0]
            ? (path, positions.narrow(0, 0, count), shape)
            : throw new DatasetException($"{path}: has {positions.shape[0]} samples, but data.samples asks for {count}. Ask for fewer, or leave data.samples out to take all.");
    }

    private static (string, Tensor, ParticleShape) Drawn(IParticleSystem system, ParticleData config, Action<string>? warn, IProgress<SamplingProgress>? progress)
    {
        var count = config.Samples ?? DefaultSamples;
        var (positions, report) = config.Cache
            ? ParticleSampleCache.OfUser(warn).Get(system, count, config.Seed, progress: progress)
            : ParticleSampler.Draw(system, count, config.Seed, progress: progress);
        foreach (var doubt in report.Doubts())
        {
            warn?.Invoke($"{system.Name}: {doubt}");
        }

        return ($"particle system {system.Name}", positions.view(count, -1), system.Shape);
    }
}
