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

    /// <summary>It, as it was loaded.</summary>
    internal LoadedRun Loaded => run;

    /// <summary>Its configuration.</summary>
    public Experiment Experiment => run.Experiment;

    /// <summary>Its flow, with the weights of <see cref="Checkpoint"/>.</summary>
    public DensityModel Flow => run.Flow;

    /// <summary>The weight of the reconstruction that its training had come to.</summary>
    internal double Beta => run.Beta;

    /// <summary>The names of the data's columns.</summary>
    public IReadOnlyList<string> Columns => run.Columns;

    /// <summary>The names of the columns of its conditions.</summary>
    internal IReadOnlyList<string> ConditionColumns => run.ConditionColumns;

    /// <summary>The checkpoint's name, such as best.</summary>
    public string Checkpoint => Path.GetFileNameWithoutExtension(run.Checkpoint);

    /// <summary>The seed of whatever the evaluation draws: the run's own if left out.</summary>
    public long Seed { get; init; } = run.Experiment.Seed;

    /// <summary>The evaluation of a kind that is the run's own: the one that its experiment names, or else the one with all defaults.</summary>
    public T Own<T>()
        where T : EvaluationConfig, new() => Experiment.Evaluate.OfType<T>().FirstOrDefault() ?? new T();

    /// <summary>Whether it is evaluated although its data files have changed.</summary>
    public bool AcceptsChangedData { get; init; }

    /// <summary>The data that were taken in place of those that it was trained on; null where none were.</summary>
    internal DataNote? ChangedData => _dataset?.Origin is { } origin && RunData.IsChanged(Folder, origin) ? origin : null;

    /// <summary>The data that it was trained on.</summary>
    /// <exception cref="ChangedDataException">Their files have changed, and that is not accepted.</exception>
    /// <exception cref="DatasetException">They cannot be read.</exception>
    public Dataset Dataset(EvaluationWork work) =>
        _dataset ??= RunData.Open(
            Folder, Experiment, AcceptsChangedData,
            Experiment.Request(work.Warn, work.Watch((SamplingProgress progress) => new("data", progress.Phase, progress.Share)), work.Stop));
}
