using FFF.Datasets.Particles.Energies;
using FFF.Evaluation.Boltzmann;
using FFF.Formats;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>Positions that an experiment learns.</summary>
/// <param name="Name">What they are called in messages.</param>
/// <param name="Positions">x, [N, particles·dimensions], of mean zero, float32 on the CPU.</param>
/// <param name="Shape">Particles and dimensions.</param>
/// <param name="Correlation">Of the chains that drew them; null for a file, which does not tell.</param>
internal sealed record ParticlePositions(string Name, Tensor Positions, MeanFreePositions Shape, ChainCorrelation? Correlation)
{
    private const int DefaultSamples = 10_000;
    private const double LargestRepeatedShare = 0.01;

    /// <summary>U of each row in units of kT, [N], float64; null where the data do not tell it.</summary>
    public Tensor? Energies { get; private init; }

    /// <summary>Reads them from their file, or from the cache, or draws them.</summary>
    /// <exception cref="DatasetException">The file cannot be read or does not fit.</exception>
    /// <exception cref="PoorSamplingException">The chains drew what are no samples of the system, and the configuration does not accept that.</exception>
    public static ParticlePositions Of(ParticleData config, DataRequest request)
    {
        using var scope = NewDisposeScope();
        var read = config.Path is { } path
            ? FromFile(path, config, request)
            : Drawn((IParticleSystem)ParticleSystems.Of(config)!, config, request);
        read.Positions.MoveToOuterDisposeScope();
        read.Energies?.MoveToOuterDisposeScope();
        return read;
    }

    private static ParticlePositions FromFile(string path, ParticleData config, DataRequest request)
    {
        var ofSystem = config.System is { } system ? ParticleSystems.Get(system).Shape : null;
        var named = config.Described;
        if (named is not null && ofSystem is not null && named != ofSystem)
        {
            throw new DatasetException($"{path}: data.system has {ofSystem.Particles} particles in {ofSystem.Dimensions} dimensions, "
                + $"but data.particles and data.dimensions say {named.Particles} in {named.Dimensions}. Leave one of them out.");
        }

        var (positions, shape, found) = PositionsFile.Read(path, named ?? ofSystem);
        var count = config.Samples ?? positions.shape[0];
        if (count > positions.shape[0])
        {
            throw new DatasetException(
                $"{path}: has {positions.shape[0]} samples, but data.samples asks for {count}. Ask for fewer, or leave data.samples out to take all.");
        }

        var read = positions.narrow(0, 0, count);
        foreach (var doubt in Doubts(path, read, ParticleSystems.Of(config, shape), config))
        {
            request.Warn?.Invoke(doubt);
        }

        var space = config.System is null ? OwnParticles.Space(config, path, read, shape, found, request.Warn) : shape;
        var energies = config.Energies is { } ofRows ? FrameEnergyFile.Read(ofRows, path, positions.shape[0], request.Warn).narrow(0, 0, count) : null;
        return new(path, read, space, null) { Energies = energies };
    }

    /// <summary>What speaks against positions that were read from a file.</summary>
    private static IEnumerable<string> Doubts(string path, Tensor positions, IEnergy? energy, ParticleData config)
    {
        var (rows, distinct) = (positions.shape[0], RepeatedRows.Distinct(positions));
        if (rows - distinct > LargestRepeatedShare * rows)
        {
            yield return $"{path}: {NumberText.Count(distinct)} of {NumberText.Counted(rows, "row")} are distinct. Chains that keep rejected moves write "
                + "such files: likelihoods on rows that are held out reward what is learnt by heart, and errors of means are larger than they say.";
        }

        if (energy is IParticleSystem system && PositionsVirial.Of(system, positions).Doubt(path, config) is { } doubt)
        {
            yield return doubt;
        }
    }

    private static ParticlePositions Drawn(IParticleSystem system, ParticleData config, DataRequest request)
    {
        var count = config.Samples ?? DefaultSamples;
        var (positions, report) = config.Cache
            ? ParticleSampleCache.OfUser(request.Warn).Get(system, count, config.Seed, progress: request.Progress, stop: request.Stop)
            : ParticleSampler.Draw(system, count, config.Seed, progress: request.Progress, stop: request.Stop);
        if (!config.AcceptPoorMixing)
        {
            PoorSamplingException.Refuse(report, "data.accept_poor_mixing: true");
        }

        foreach (var doubt in report.Faults().Concat(report.Doubts()))
        {
            request.Warn?.Invoke($"{system.Name}: {doubt}");
        }

        return new($"particle system {system.Name}", MeanFree.Project(positions.view(count, -1), system.Shape), system.Shape, report.Correlation);
    }
}
