using FFF.Datasets.Particles;
using FFF.Datasets.Sbi;
using FFF.Evaluation.Boltzmann;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>Who asks for data.</summary>
/// <param name="Seed">The run's seed: the same seed gives the same data.</param>
/// <param name="Warn">Is told what does no harm but should be known, such as a cache that cannot be written.</param>
/// <param name="Progress">Is told how far the drawing of data has come, which can take minutes.</param>
/// <param name="Stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
public sealed record DataRequest(long Seed, Action<string>? Warn = null, IProgress<SamplingProgress>? Progress = null, CancellationToken Stop = default)
{
    /// <summary>Whether random orders of rows are computed (<see cref="FFF.Randomness.Shuffling"/>), as a run has it; null where their number tells.</summary>
    internal bool? IsOrderComputed { get; init; }

    /// <summary>Whether data with a published split are split by it; not so for runs of earlier versions, which split them by their seed.</summary>
    internal bool TakesPublishedSplit { get; init; } = true;

    /// <summary>Of C conditions the period of those that are one quantity to the one who asks, and are scaled alike; null where each is its own.</summary>
    internal Func<int, int?> ConditionsAlike { get; init; } = _ => null;
}

/// <summary>Rows before they are split.</summary>
/// <param name="Name">What they are called in messages and results.</param>
/// <param name="Rows">The rows, in their own units.</param>
/// <param name="Columns">The names of their columns; empty where they have none.</param>
/// <param name="ConditionColumns">The names of the columns of their conditions.</param>
/// <param name="TestFraction">The share that is kept for the final test.</param>
public sealed record DataSource(string Name, IRows Rows, IReadOnlyList<string> Columns, IReadOnlyList<string> ConditionColumns, double TestFraction)
{
    /// <summary>How they are split, where that is not by shares.</summary>
    public Split? Split { get; init; }

    /// <summary>How many rows, from the first on, were drawn from the prior of the configuration; null for all. Those of later rounds were not.</summary>
    internal long? RowsOfPrior { get; init; }

    /// <summary>The split that others published of them; null where there is none, and the run's seed decides.</summary>
    internal PublishedSplit? Published { get; init; }

    /// <summary>What the conditions are called, where they are from another file; null where they are of the same.</summary>
    internal string? ConditionName { get; init; }

    /// <summary>Whether their random orders are computed, and not kept.</summary>
    internal bool IsOrderComputed { get; init; }

    /// <summary>The benchmark task behind them, if any.</summary>
    public ISbiTask? Task { get; init; }

    /// <summary>Whether rows may follow each other in time, as the frames of a trajectory do: then it is kept where the rows that are held out stood.</summary>
    internal bool IsSeries { get; init; }

    /// <summary>U of each row in units of kT, [N], float64, where the data tell it; null where they do not.</summary>
    internal Tensor? Energies { get; init; }

    /// <summary>How alike the samples are, where Markov chains drew them; null where that is not known, and they are taken as independent.</summary>
    public ChainCorrelation? Correlation { get; init; }

    /// <summary>Names such as parameter_1, as the benchmark's files have them.</summary>
    /// <param name="name">The word.</param>
    /// <param name="values">[N, D]; null for no names.</param>
    public static IReadOnlyList<string> Numbered(string name, Tensor? values) =>
        values is null ? [] : [.. Enumerable.Range(1, (int)values.shape[1]).Select(i => $"{name}_{i}")];
}
