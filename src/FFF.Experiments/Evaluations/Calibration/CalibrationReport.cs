using FFF.Evaluation.Calibration;

namespace FFF.Evaluations.Calibration;

/// <summary>The calibration of one parameter.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Verdict">What was found, in words.</param>
/// <param name="Ranks">Its ranks among posterior samples.</param>
/// <param name="Coverage">Of central credible intervals.</param>
internal sealed record ParameterCalibration(string Name, string Verdict, RankStatistics Ranks, ExpectedCoverage Coverage)
{
    /// <summary>What stands in place of a parameter's name for the distances to random points, which are tested as a parameter is.</summary>
    public const string Distances = "distances (TARP)";
}

/// <summary>Simulation-based calibration and expected coverage of a run's posteriors.</summary>
/// <param name="Data">The benchmark task, the data set, or the file that the pairs' parameters are from.</param>
/// <param name="Pairs">Where the true parameters and their data are from: simulations (drawn afresh), test or validation.</param>
/// <param name="Simulations">N, how many of these pairs.</param>
/// <param name="PosteriorSamples">L, samples of the posterior of each.</param>
/// <param name="Seed">Of simulations and samples.</param>
/// <param name="AcceptedShare">
/// The share of the flow's samples inside the prior's support, those outside were drawn again; null where there is no prior.
/// </param>
/// <param name="Calibrated">Whether no test found anything.</param>
/// <param name="Verdict">What was found of the whole posterior, in words; of its parameters, where only those fail a test.</param>
/// <param name="Levels">The nominal levels of all coverages.</param>
/// <param name="Band">Between what shares a calibrated posterior's coverage lies.</param>
/// <param name="Coverage">Of the whole posterior, by highest-density regions.</param>
/// <param name="Parameters">Each parameter.</param>
/// <param name="Seconds">The time for all of it.</param>
internal sealed record CalibrationReport(
    string Data, string Pairs, int Simulations, int PosteriorSamples, long Seed, double? AcceptedShare, bool Calibrated, string Verdict,
    IReadOnlyList<double> Levels, CoverageBand Band, ExpectedCoverage Coverage, IReadOnlyList<ParameterCalibration> Parameters, double Seconds)
{
    /// <summary>The distances of true parameters to random points among those of samples (TARP); null in reports of earlier versions.</summary>
    public ParameterCalibration? Tarp { get; init; }

    /// <summary>What speaks against trusting the results.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>As indented JSON with snake_case keys.</summary>
    public string Json() => ReportJson.Of(this);

    /// <summary>As it is kept and shown.</summary>
    public EvaluationResult Result() => new(Json(), Metrics(), CalibrationTable.Of(this))
    {
        Doubts = Doubts,
        Figures =
        [
            new("calibration_ranks", ".png", (run, path) => RankPlot.Save(this, $"{run}: ranks", path)) { Suffix = "ranks" },
            new("coverage", ".png", (run, path) => CoveragePlot.Save(this, $"{run}: expected coverage", path)),
        ],
    };

    /// <summary>How far the coverage of the whole posterior is from nominal, for the manifest.</summary>
    private Dictionary<string, double> Metrics() => new()
    {
        [CalibrationEvaluation.MeanMetric] = Coverage.MeanDifference,
        ["calibration.largest_deviation"] = Coverage.LargestDeviation,
    };
}
