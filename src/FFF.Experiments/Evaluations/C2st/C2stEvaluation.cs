using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Evaluation;
using FFF.Evaluations.C2st;
using FFF.Formats;
using FFF.Options;
using FFF.Runs;
using static TorchSharp.torch;

[assembly: Kind<EvaluationConfig, C2stEvaluation>(C2stEvaluation.Name, Order = 1)]

namespace FFF.Evaluations.C2st;

/// <summary>Classifier two-sample test against the reference posteriors of a benchmark task.</summary>
public sealed record C2stEvaluation : EvaluationConfig, IFileEvaluation, IValidated
{
    /// <summary>Its name.</summary>
    internal const string Name = "c2st";

    /// <summary>The mean over the observations among a manifest's results.</summary>
    internal const string MeanMetric = "c2st.mean";

    /// <summary>The benchmark's observations, such as 1-10 or 1,3,5.</summary>
    [CommandOption(HelpName = "LIST")]
    public string Observations { get; init; } = $"1-{ObservationList.Count}";

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules => [new(AreObservations, nameof(Observations))];

    /// <inheritdoc/>
    string IEvaluation.Summary =>
        "Classifier two-sample test: of a run's posteriors against the benchmark's, or of two files. 0.5: no difference found; 1: fully told apart.";

    /// <inheritdoc/>
    IReadOnlyList<string> IEvaluation.Examples =>
        ["", "--run two_moons", "--run two_moons/v0002 --observations 1,3,5-7 --json", "--samples mine.npy --reference theirs.csv"];

    /// <inheritdoc/>
    RunKind IEvaluation.Runs => RunKind.Benchmark;

    /// <inheritdoc/>
    Headline IEvaluation.Headline => new(MeanMetric, "C2ST");

    /// <inheritdoc/>
    string? IEvaluation.SeedOf => "samples and classifiers";

    /// <inheritdoc/>
    string? IEvaluation.ScopeOn(Dataset dataset) => $"observations {Observations}";

    /// <inheritdoc/>
    FileInput IFileEvaluation.Files => new("Instead of a run: samples to be tested, .npy or .csv.", "What they are tested against, .npy or .csv.",
        ReferenceIsNeeded: true, new C2stOptions().Seed);

    /// <inheritdoc/>
    public override string? Misfit(Experiment experiment) => experiment.Data.Benchmark is not null
        ? null
        : "expected evaluations that the data has references for; c2st needs data of the kind sbi";

    /// <inheritdoc/>
    EvaluationPlan IEvaluation.Prepare(EvaluatedRun run, EvaluationWork work)
    {
        if (run.Experiment.Data.Benchmark is not { } benchmark)
        {
            throw new EvaluationException($"the run {run.Folder.Name}/{run.Folder.Version} was not trained on a benchmark task, "
                + "so there are no reference posteriors. Draw samples and compare them with your own by --samples and --reference.");
        }

        var (task, observations) = (SbiTasks.Get(benchmark.Name), ObservationList.Parse(Observations));
        var own = ObservationList.Parse(run.Own<C2stEvaluation>().Observations);
        return new($"{ObservationList.Words(observations)}, {NumberText.Count(ReferenceData.PosteriorCount)} samples each", () =>
        {
            var report = EvaluationWork.InMemory(
                run.Flow.Device, $"the tests of {observations.Count} observations", "name fewer by --observations",
                () => C2stReport.Of(run.Flow, task, observations, run.Seed, work.Watch<C2stProgress>(Progress), work.Stop));

            // A part of the benchmark's observations must not pass for the run's result.
            return report.Result() with { Part = own.All(observations.Contains) ? null : $"observations-{string.Join('-', observations)}" };
        });
    }

    /// <inheritdoc/>
    EvaluationPlan IFileEvaluation.Prepare(string samples, string? reference, long? seed, EvaluationWork work)
    {
        var (mine, theirs) = Pair(MatrixFile.Read(samples), MatrixFile.Read(reference!));
        if (mine.shape[0] != theirs.shape[0])
        {
            work.Warn?.Invoke($"{samples} has {NumberText.Count(mine.shape[0])} rows and {reference} {NumberText.Count(theirs.shape[0])}: "
                + $"{NumberText.Count(Math.Min(mine.shape[0], theirs.shape[0]))} are drawn from each by the seed {seed}, "
                + "as a classifier would else do well by naming the larger one always.");
        }

        return new($"{NumberText.Count(mine.shape[0])} samples", () =>
        {
            using (mine)
            using (theirs)
            {
                return FileC2stReport.Of(mine, theirs, new() { Seed = seed!.Value, Device = work.Device }, work.Watch<C2stProgress>(Progress), work.Stop)
                    .Result();
            }
        });
    }

    /// <summary>The rows of both files; where both name their columns, in the order of the reference's.</summary>
    private static (Tensor Samples, Tensor Reference) Pair(MatrixFile samples, MatrixFile reference)
    {
        string[] Own(MatrixFile file) => file.Columns is { } columns ? [.. SampleColumn.Own(columns)]
            : [.. Enumerable.Range(0, file.Values.dim() == 1 ? 1 : (int)file.Values.shape[1]).Select(column => $"{column}")];
        var whose = $"the columns of {reference.Path}";
        var areNamed = samples.Columns is not null && reference.Columns is not null;
        return (samples.Rows(Own(areNamed ? reference : samples), whose), reference.Rows(Own(reference), whose));
    }

    private static EvaluationProgress Progress(C2stProgress progress) =>
        new(Name, $"epoch {progress.Epoch}, {progress.Finished} of {progress.Total} classifiers trained", (double)progress.Finished / progress.Total);

    private string? AreObservations()
    {
        try
        {
            ObservationList.Parse(Observations);
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }
}
