using System.ComponentModel.DataAnnotations;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<DataConfig, SbiData>("sbi", Order = 2)]

namespace FFF.Datasets.Sbi;

/// <summary>A task of the simulation-based inference benchmark (sbibm): learns the posterior p(θ | x).</summary>
public sealed record SbiData : DataConfig
{
    /// <summary>The task's name, such as two_moons.</summary>
    [MinLength(1)]
    public required string Task { get; init; }

    /// <summary>How many parameters are drawn from the prior and simulated, those for validation included.</summary>
    [Range(2, 100_000_000)]
    public int Simulations { get; init; } = 10_000;

    /// <summary>
    /// Whether parameters are learnt through a transform that takes the box of the prior to all numbers, so that no sample lies outside of it. Only of
    /// tasks whose prior is a box.
    /// </summary>
    public bool Box { get; init; }

    /// <summary>Whether simulations are kept in the user's cache folder, and read from there the next time.</summary>
    public bool Cache { get; init; } = true;

    /// <inheritdoc/>
    public override ISbiTask Inference => SbiTasks.Get(Task);

    /// <inheritdoc/>
    public override BenchmarkTask? Benchmark => new(Task, Simulations);

    /// <inheritdoc/>
    public override bool HasConditions => true;

    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline => (SpaceOf(Inference), Inference.DataDimension);

    /// <inheritdoc/>
    public override string Label => Task;

    /// <inheritdoc/>
    public override void Check()
    {
        _ = SpaceOf(Inference);
        _ = Split.Of(Simulations, ValidationFraction, 0, SourceName);
    }

    private Space SpaceOf(ISbiTask task) => !Box ? task.ParameterSpace
        : task.Box is { } box ? new BoundedVectors([.. box])
        : throw new DatasetException($"The prior of the task '{task.Name}' is no box, so that data.box cannot be true.") { Key = "box" };

    private string SourceName => $"benchmark task {Inference.Name}";

    /// <summary>Parameters in their own units, and data as a flow is conditioned on them: <see cref="ISbiTask.ToCondition"/>.</summary>
    /// <inheritdoc/>
    public override DataSource Open(DataRequest request)
    {
        var task = Inference;
        var (parameters, data) = Cache
            ? SimulationCache.OfUser(request.Warn).Get(task, Simulations, request.Seed)
            : FFF.Datasets.Sbi.Simulations.Draw(task, Simulations, request.Seed);
        var rows = new Samples(parameters, task.ToCondition(data)) { Space = SpaceOf(task) };
        return new DataSource(SourceName, rows, DataSource.Numbered("parameter", rows.Data), DataSource.Numbered("condition", rows.Condition), 0)
        {
            Task = task,
        };
    }
}
