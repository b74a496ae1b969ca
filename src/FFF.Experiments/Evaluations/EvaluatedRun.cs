using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Runs;

namespace FFF.Evaluations;

/// <summary>A run as evaluations see it.</summary>
/// <param name="run">The run, which stays its owner's.</param>
/// <param name="dataset">The data that it was trained on; read when they are first asked for if null.</param>
public sealed class EvaluatedRun(LoadedRun run, Dataset? dataset = null)
{
    private Dataset? _dataset = dataset;

    /// <summary>Its folder.</summary>
    public RunFolder Folder => run.Folder;

    /// <summary>Its configuration.</summary>
    public Experiment Experiment => run.Experiment;

    /// <summary>Its flow, with the weights of <see cref="Checkpoint"/>.</summary>
    public DensityModel Flow => run.Flow;

    /// <summary>The names of the data's columns.</summary>
    public IReadOnlyList<string> Columns => run.Columns;

    /// <summary>The checkpoint's name, such as best.</summary>
    public string Checkpoint => Path.GetFileNameWithoutExtension(run.Checkpoint);

    /// <summary>The seed of whatever the evaluation draws: the run's own if left out.</summary>
    public long Seed { get; init; } = run.Experiment.Seed;

    /// <summary>The data that it was trained on.</summary>
    /// <exception cref="DatasetException">They cannot be read.</exception>
    public Dataset Dataset(EvaluationWork work) =>
        _dataset ??= DatasetFactory.Create(
        Experiment.Data, Experiment.Seed, work.Warn, work.Watch((SamplingProgress progress) => new("data", progress.Phase, progress.Share)), work.Stop);
}
