using System.ComponentModel.DataAnnotations;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Evaluation;
using FFF.Evaluations.Calibration;
using FFF.Evaluations.Local;
using FFF.Formats;
using FFF.Options;
using FFF.Runs;
using FFF.Sampling;
using static TorchSharp.torch;

[assembly: Kind<EvaluationConfig, LocalC2stEvaluation>(LocalC2stEvaluation.Name, Order = 8)]

namespace FFF.Evaluations.Local;

/// <summary>Local classifier two-sample test: whether the posterior of an observation is the true one, by simulations alone.</summary>
public sealed record LocalC2stEvaluation : EvaluationConfig, IEvaluation, IValidated
{
    /// <summary>Its name.</summary>
    internal const string Name = "local-c2st";

    /// <summary>The smallest p-value, corrected for the number of observations, among a manifest's results.</summary>
    internal const string Metric = $"{Name}.p";

    private const int FewestNulls = 19;
    private const int UsualNulls = 99;
    private const int MaxObservations = 100;

    /// <summary>
    /// What was observed: numbers such as 0.1,-0.2, or by name such as a=0.1,b=-0.2; or a file with an observation a row. The ten observations of a benchmark
    /// task if left out; all other data need it.
    /// </summary>
    [RelativeToFile(OrNumbers = true)]
    [CommandOption(HelpName = "FILE|NUMBERS")]
    public string? Condition { get; init; }

    /// <summary>
    /// How many pairs of true parameters and data the classifiers learn from: simulated afresh for a benchmark task, else at most so many of those that were
    /// held out.
    /// </summary>
    [Range(LocalC2st.MinPairs, 100_000)]
    public int Simulations { get; init; } = 2000;

    /// <summary>Samples of the posterior of each observation, where the classifiers are evaluated.</summary>
    [Range(100, 100_000)]
    public int PosteriorSamples { get; init; } = 1000;

    /// <summary>
    /// How many tests with labels that were swapped at random tell what a right posterior gives. 99 if left out, or as many as let each of the observations be
    /// blamed: 20 for each, less one.
    /// </summary>
    [Range(FewestNulls, 10_000)]
    public int? Nulls { get; init; }

    /// <summary>A file of true parameters of simulations that were not trained on, in place of held-out pairs; observations belongs to it.</summary>
    [RelativeToFile]
    public string? Parameters { get; init; }

    /// <summary>The file with what was observed for each of the parameters, row by row; columns are matched by their names.</summary>
    [RelativeToFile]
    public string? Observations { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules => [CalibrationEvaluation.FilesTogether(() => (Parameters, Observations), nameof(Parameters))];

    /// <inheritdoc/>
    string IEvaluation.Summary =>
        "Local classifier two-sample test (L-C2ST): whether the posterior of an observation is the true one, by simulations alone, and where it is too dense "
        + "or too thin. Draws plots/local-c2st.png.";

    /// <inheritdoc/>
    IReadOnlyList<string> IEvaluation.Examples =>
        ["--run two_moons", "--run decay --condition 1.21,0.52,0.17", "--run decay --condition three_rows.csv --json",
            "--run decay --condition observed.csv --parameters fresh_theta.csv --observations fresh_x.csv --simulations 10000"];

    /// <inheritdoc/>
    RunKind IEvaluation.Runs => RunKind.ConditionalRows;

    /// <inheritdoc/>
    Headline IEvaluation.Headline => new(Metric, "L-C2ST p");

    /// <inheritdoc/>
    string? IEvaluation.SeedOf => "simulations, samples and classifiers";

    /// <inheritdoc/>
    bool IEvaluation.HasFigures => true;

    /// <inheritdoc/>
    string? IEvaluation.ScopeOn(Dataset dataset) => $"{Condition ?? "the benchmark's observations"}, "
        + $"{NumberText.Count(CalibrationPairs.CountOn(dataset, Parameters, Observations, Simulations))} pairs";

    private static PairsNeeded Needed { get; } = new(Name, LocalC2st.MinPairs);

    /// <inheritdoc/>
    public override string? Misfit(Experiment experiment) =>
        !RunKind.ConditionalRows.Fits(experiment) ? $"expected the evaluation {Name} only for data with conditions that are no molecules"
        : Condition is null && experiment.Data.Benchmark is null ? $"expected the evaluation {Name} with its key condition: for which observations?"
        : null;

    /// <inheritdoc/>
    string? IEvaluation.Misfit(Dataset dataset) => CalibrationPairs.Misfit(dataset, Parameters, Observations, Needed);

    /// <inheritdoc/>
    EvaluationPlan IEvaluation.Prepare(EvaluatedRun run, EvaluationWork work)
    {
        var own = run.Own<LocalC2stEvaluation>();
        var observed = ObservationsOf(run);
        var nulls = NullsFor((int)observed.Rows.shape[0]);
        var pairs = Parameters is { } parameters
            ? CalibrationPairs.OfFiles(run, new(parameters, Observations!), Simulations, Needed, work)
            : CalibrationPairs.Of(run.Experiment, Simulations, run.Seed, () => run.Dataset(work), Needed);
        var size = new LocalC2stSize(PosteriorSamples, nulls);
        return new(
            $"{observed.Words}, {NumberText.Count(pairs.Count)} pairs ({pairs.Source}), {NumberText.Count(nulls)} nulls",
            () =>
            {
                var result = EvaluationWork.InMemory(
                    run.Flow.Device, "the classifiers", "lower --simulations, --nulls or --posterior-samples",
                    () => LocalCheck.Of(run, pairs, observed, size, work.Watch<C2stProgress>(Progress), work.Stop));
                var isOther = Condition != own.Condition || (Parameters is not null && own.Parameters is null);
                string?[] parts = [Condition != own.Condition ? observed.Name : null, Parameters is not null && own.Parameters is null ? "files" : null];
                return result with
                {
                    IsOfOtherData = isOther,
                    Part = isOther ? string.Join('.', parts.OfType<string>())
                        : EvaluationPart.Of(("pairs", pairs.Count, pairs.Count < Simulations ? pairs.Count : own.Simulations),
                            ("samples", PosteriorSamples, own.PosteriorSamples), ("nulls", nulls, own.Nulls ?? nulls)),
                };
            },
            new Both(pairs, observed.Rows));
    }

    /// <summary>The observations.</summary>
    private ObservedRows ObservationsOf(EvaluatedRun run)
    {
        using var scope = NewDisposeScope();
        if (Condition is { } condition)
        {
            var given = RunConditions.Read(run.Loaded, condition);
            var rows = (given.dim() == 1 ? given.unsqueeze(0) : given).MoveToOuterDisposeScope();
            return rows.shape[0] > MaxObservations
                ? throw new EvaluationException($"{condition}: has {NumberText.Count(rows.shape[0])} rows, but at most {MaxObservations} observations are "
                    + "tested at once. Test some of them, or all posteriors together by eval-calibration.")
                : new(rows, rows.shape[0] == 1 ? "1 observation" : $"{rows.shape[0]} observations", RunConditions.NameOf(condition), First: 0)
                {
                    Doubts = RunConditions.Doubt(run.Loaded, given) is { } doubt ? [doubt] : [],
                };
        }

        if (run.Experiment.Data.Benchmark is not { } benchmark)
        {
            throw new EvaluationException($"the run {run.Folder.Name}/{run.Folder.Version} was not trained on a benchmark task, which has observations of its "
                + "own: say for which the posterior is to be tested by --condition, numbers or a file with an observation a row.");
        }

        var task = SbiTasks.Get(benchmark.Name);
        var numbers = Enumerable.Range(ObservationList.First, ObservationList.Count);
        return new(stack([.. numbers.Select(number => ReferenceData.Observation(task, number))]).MoveToOuterDisposeScope(),
            $"observations {ObservationList.First}-{ObservationList.Count}", "benchmark", ObservationList.First);
    }

    /// <summary>
    /// H. With R observations the smallest p-value, 1 / (H + 1), is corrected to R / (H + 1), which has to be able to be as low as the level of the test.
    /// </summary>
    private int NullsFor(int observations)
    {
        var needed = (int)Math.Round(observations / LocalC2stReport.Level) - 1;
        return Nulls is not { } nulls ? Math.Max(UsualNulls, needed)
            : nulls >= needed ? nulls
            : throw new EvaluationException($"with {nulls} nulls and {observations} observations no p-value could be as low as {LocalC2stReport.Level}: at "
                + $"least {needed} nulls are needed. Leave out --nulls, or test fewer observations.");
    }

    private static EvaluationProgress Progress(C2stProgress progress) =>
        new(Name, $"epoch {progress.Epoch}, {progress.Finished} of {progress.Total} classifiers trained", (double)progress.Finished / progress.Total);

    private sealed record Both(IDisposable First, IDisposable Second) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
