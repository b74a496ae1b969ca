using System.ComponentModel.DataAnnotations;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Evaluation.Calibration;
using FFF.Evaluations.Calibration;
using FFF.Formats;
using FFF.Options;
using FFF.Runs;

[assembly: Kind<EvaluationConfig, CalibrationEvaluation>("calibration", Order = 5)]

namespace FFF.Evaluations.Calibration;

/// <summary>Simulation-based calibration and expected coverage: whether the posteriors are as wide as they should be.</summary>
public sealed record CalibrationEvaluation : EvaluationConfig, IEvaluation, IValidated
{
    /// <summary>The mean difference of coverage and nominal level among a manifest's results.</summary>
    internal const string MeanMetric = "calibration.mean_difference";

    /// <summary>
    /// How many pairs of true parameters and data: simulated afresh for a benchmark task, else at most so many of the pairs that were held out.
    /// </summary>
    [Range(RankStatistics.MinSimulations, 100_000)]
    public int Simulations { get; init; } = 1000;

    /// <summary>Samples of the posterior of each.</summary>
    [Range(20, 100_000)]
    public int PosteriorSamples { get; init; } = 1000;

    /// <summary>A file of true parameters of simulations that were not trained on, in place of held-out pairs; observations belongs to it.</summary>
    [RelativeToFile]
    public string? Parameters { get; init; }

    /// <summary>The file with what was observed for each of the parameters, row by row; columns are matched by their names.</summary>
    [RelativeToFile]
    public string? Observations { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules => [FilesTogether(() => (Parameters, Observations), nameof(Parameters))];

    /// <summary>Files of pairs come together.</summary>
    internal static Rule FilesTogether(Func<(string? Parameters, string? Observations)> files, string property) => new(
        () => files() is var (parameters, observations) && (parameters is null) == (observations is null) ? null
            : $"expected parameters and observations together: {(files().Parameters is null ? "parameters" : "observations")} is missing", property);

    /// <inheritdoc/>
    string IEvaluation.Summary =>
        "Simulation-based calibration and expected coverage: whether the posteriors are as wide as they should be. "
        + "Draws plots/calibration_ranks.png and plots/coverage.png.";

    /// <inheritdoc/>
    IReadOnlyList<string> IEvaluation.Examples =>
        ["", "--run two_moons", "--run latest --simulations 300 --posterior-samples 300 --json", "--run two_moons --seed 7 --out again.json",
            "--run decay --parameters fresh_theta.csv --observations fresh_x.csv"];

    /// <inheritdoc/>
    RunKind IEvaluation.Runs => RunKind.ConditionalRows;

    /// <inheritdoc/>
    Headline IEvaluation.Headline => new(MeanMetric, "coverage − nominal");

    /// <inheritdoc/>
    string? IEvaluation.SeedOf => "simulations and samples";

    /// <inheritdoc/>
    bool IEvaluation.HasFigures => true;

    /// <inheritdoc/>
    string? IEvaluation.ScopeOn(Dataset dataset) => $"{NumberText.Count(CalibrationPairs.CountOn(dataset, Parameters, Observations, Simulations))} pairs, "
        + $"{NumberText.Count(PosteriorSamples)} posterior samples each";

    /// <inheritdoc/>
    public override string? Misfit(Experiment experiment) =>
        RunKind.ConditionalRows.Fits(experiment) ? null : "expected the evaluation calibration only for data with conditions that are no molecules";

    /// <inheritdoc/>
    string? IEvaluation.Misfit(Dataset dataset) => CalibrationPairs.Misfit(dataset, Parameters, Observations, PairsNeeded.Calibration);

    /// <inheritdoc/>
    EvaluationPlan IEvaluation.Prepare(EvaluatedRun run, EvaluationWork work)
    {
        var own = run.Own<CalibrationEvaluation>();
        var pairs = Parameters is { } parameters
            ? CalibrationPairs.OfFiles(run, new(parameters, Observations!), Simulations, PairsNeeded.Calibration, work)
            : CalibrationPairs.Of(run.Experiment, Simulations, run.Seed, () => run.Dataset(work), PairsNeeded.Calibration);
        var progress = work.Watch((CalibrationProgress done) => new(
            "calibration", $"{NumberText.Count(done.Done)} of {NumberText.Count(done.Total)} posteriors sampled", (double)done.Done / done.Total));
        return new(
            $"{NumberText.Count(pairs.Count)} pairs ({pairs.Source}), {NumberText.Count(PosteriorSamples)} posterior samples each",
            () =>
            {
                var report = EvaluationWork.InMemory(
                    run.Flow.Device, "the posteriors' samples", "lower --posterior-samples or --simulations",
                    () => PosteriorCalibration.Of(run.Flow, pairs, run.Columns, pairs.File ?? run.Experiment.Data.Label, PosteriorSamples, run.Seed, progress,
                        work.Stop));
                var isOther = Parameters is not null && own.Parameters is null;
                return report.Result() with
                {
                    IsOfOtherData = isOther,
                    Part = isOther ? "files"
                        : EvaluationPart.Of(("pairs", pairs.Count, pairs.Count < Simulations ? pairs.Count : own.Simulations),
                            ("samples", PosteriorSamples, own.PosteriorSamples)),
                };
            },
            pairs);
    }
}
