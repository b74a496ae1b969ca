using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Evaluation.Calibration;
using FFF.Formats;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluations.Calibration;

/// <summary>What pairs are for.</summary>
/// <param name="By">The evaluation that needs them, such as calibration.</param>
/// <param name="Least">How many at least.</param>
internal sealed record PairsNeeded(string By, int Least)
{
    /// <summary>Ranks of true parameters.</summary>
    public static PairsNeeded Calibration { get; } = new("calibration", RankStatistics.MinSimulations);

    /// <summary>What is said where too few pairs were held out; null where there are enough.</summary>
    public string? TooFew(Dataset dataset)
    {
        var (source, rows, _) = dataset.HeldOut;
        return rows.Count >= Least
            ? null
            : $"{dataset.Name}: {rows.Count} pairs were held out for {source}, but {By} needs at least {Least}. "
                + "Set data.test_fraction or data.validation_fraction higher and train again.";
    }
}

/// <summary>Pairs (θ*, x*) of the joint distribution that a flow's posteriors are checked against; none of them was trained on.</summary>
/// <param name="Source">Where they are from: simulations, test or validation.</param>
/// <param name="Parameters">θ*, [N, D], in their own units.</param>
/// <param name="Conditions">x*, [N, C], in their own units.</param>
/// <param name="Task">The benchmark task behind them; null for other data.</param>
internal sealed record CalibrationPairs(string Source, Tensor Parameters, Tensor Conditions, ISbiTask? Task) : IDisposable
{
    /// <summary>What <see cref="Source"/> says of pairs from a simulator.</summary>
    public const string Simulations = "simulations";

    /// <summary>The file of the parameters, where they are from files; null where they are of the run's own data.</summary>
    public string? File { get; init; }

    /// <summary>What speaks against trusting results on them.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>N.</summary>
    public int Count => (int)Parameters.shape[0];

    /// <summary>
    /// Pairs for a run: of a benchmark task drawn afresh from prior and simulator, by other generators than its training
    /// data; of other conditional data the test data, or else the validation data.
    /// </summary>
    /// <param name="experiment">The run's experiment.</param>
    /// <param name="most">How many simulations, or at most how many of the pairs that were held out.</param>
    /// <param name="seed">Of the simulations.</param>
    /// <exception cref="CalibrationException">The data have no conditions, or too few pairs were held out.</exception>
    /// <exception cref="DatasetException">The data cannot be read.</exception>
    public static CalibrationPairs Of(Experiment experiment, int most, long seed) =>
        Of(experiment, most, seed, () => DatasetFactory.Create(experiment.Data, experiment.Request()), PairsNeeded.Calibration);

    /// <inheritdoc cref="Of(Experiment, int, long)"/>
    /// <param name="experiment">The run's experiment.</param>
    /// <param name="most">How many simulations, or at most how many of the pairs that were held out.</param>
    /// <param name="seed">Of the simulations.</param>
    /// <param name="dataset">Gives the data that it was trained on, where they are needed.</param>
    /// <param name="needed">What they are for.</param>
    internal static CalibrationPairs Of(Experiment experiment, int most, long seed, Func<Dataset> dataset, PairsNeeded needed) =>
        experiment.Data.Inference is { } task ? Simulate(task, most, seed) : HeldOut(dataset, most, needed);

    /// <summary>Pairs of files: simulations that the training has not seen.</summary>
    /// <param name="run">The run, whose columns they have.</param>
    /// <param name="files">The files.</param>
    /// <param name="most">At most so many of them, from the first on.</param>
    /// <param name="needed">What they are for.</param>
    /// <param name="work">Who is told of warnings while the training rows are read, which they are compared with.</param>
    /// <exception cref="DatasetException">The run was trained on one of the files, or on too many of their rows.</exception>
    /// <exception cref="CalibrationException">They are of a task that simulates by itself, too few, or not as many of one as of the other.</exception>
    /// <exception cref="FileReadException">A file cannot be read, or has other columns.</exception>
    internal static CalibrationPairs OfFiles(EvaluatedRun run, FreshPairs files, int most, PairsNeeded needed, EvaluationWork work)
    {
        if (run.Experiment.Data.Inference is not null)
        {
            throw new CalibrationException("simulations of a benchmark task are drawn afresh: leave out the files of parameters and observations.");
        }

        RunData.RequireUnseen(run.Folder, files.Parameters, files.Observations);
        using var scope = NewDisposeScope();
        var pairs = files.Read(run.Columns, run.ConditionColumns, most, needed);
        var (seen, unknown) = Seen(run, pairs, work);
        return seen is not null && files.Problem(seen) is { } problem
            ? throw new DatasetException(problem)
            : new(Simulations, pairs.Data.MoveToOuterDisposeScope(), pairs.Condition!.MoveToOuterDisposeScope(), null)
            {
                File = files.Parameters,
                Doubts = seen is null ? [unknown] : files.Doubts(seen),
            };
    }

    /// <summary>How many of them the run was trained on; null, and why, where its training rows are not there any more.</summary>
    private static (RepeatedShare? Share, string Unknown) Seen(EvaluatedRun run, Samples pairs, EvaluationWork work)
    {
        try
        {
            return (RepeatedRows.Among(run.Dataset(work).Train, pairs), "");
        }
        catch (DatasetException e)
        {
            return (null, $"Whether the run was trained on some of the given rows cannot be told: {e.Message}");
        }
    }

    /// <summary>Why a run on these data has no such pairs, so that it is known before the training; null if it has.</summary>
    /// <param name="dataset">The data.</param>
    /// <param name="parameters">The file of true parameters, where pairs are those of files.</param>
    /// <param name="observations">That of what was observed for each.</param>
    /// <param name="needed">What they are for.</param>
    internal static string? Misfit(Dataset dataset, string? parameters, string? observations, PairsNeeded needed) =>
        dataset.Inference is not null ? null
        : parameters is null || observations is null ? needed.TooFew(dataset)
        : new FreshPairs(parameters, observations).Misfit(dataset, needed);

    /// <summary>How many pairs of a run on these data are taken.</summary>
    /// <param name="dataset">The data.</param>
    /// <param name="parameters">The file of true parameters, where pairs are those of files.</param>
    /// <param name="observations">That of what was observed for each.</param>
    /// <param name="most">How many simulations, or at most how many of the pairs that there are.</param>
    internal static long CountOn(Dataset dataset, string? parameters, string? observations, int most) =>
        dataset.Inference is not null ? most
        : parameters is null || observations is null ? Math.Min(most, dataset.HeldOut.Rows.Count)
        : new FreshPairs(parameters, observations).Count(most);

    /// <inheritdoc/>
    public void Dispose()
    {
        Parameters.Dispose();
        Conditions.Dispose();
    }

    private static CalibrationPairs Simulate(ISbiTask task, int count, long seed)
    {
        using var prior = NamedSeed.Stream(seed, "calibration/prior");
        using var simulator = NamedSeed.Stream(seed, "calibration/simulator");
        var parameters = task.SamplePrior(count, prior);
        return new(Simulations, parameters, task.Simulate(parameters, simulator), task);
    }

    private static CalibrationPairs HeldOut(Func<Dataset> read, int most, PairsNeeded needed)
    {
        using var scope = NewDisposeScope();
        var dataset = read();
        if (dataset.ConditionDimension == 0)
        {
            throw new CalibrationException($"{dataset.Name}: the data have no conditions, so there is no posterior whose calibration could be checked. "
                + "eval-nll tells how well an unconditional density fits.");
        }

        if (dataset.Train.Space is MoleculeSpace)
        {
            throw new CalibrationException($"{dataset.Name}: molecules differ in size, so that their numbers have no ranks among those of samples. "
                + "eval-nll and eval-molecules judge them.");
        }

        var (source, rows, doubts) = dataset.HeldOut;
        if (needed.TooFew(dataset) is { } problem)
        {
            throw new CalibrationException(problem);
        }

        var pairs = rows.Part(0, Math.Min(most, rows.Count));
        return new(source, pairs.Data.clone().MoveToOuterDisposeScope(), pairs.Condition!.clone().MoveToOuterDisposeScope(), null)
        {
            Doubts = doubts,
        };
    }
}
