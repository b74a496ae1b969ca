using FFF.Evaluation;
using FFF.Evaluations.Calibration;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations.Local;

/// <summary>An observation that was tested, with what a picture needs.</summary>
/// <param name="Score">What the test gave.</param>
/// <param name="Draws">The draws at which the classifier was evaluated, in their own units, column by column.</param>
internal sealed record TestedObservation(LocalC2stScore Score, double[][] Draws);

/// <summary>
/// How the classifier would change the flow's posterior of one parameter. It is smooth and sees few samples in the tails, so that the true posterior tends to
/// differ by more.
/// </summary>
/// <param name="Name">The parameter.</param>
/// <param name="Shift">By how many deviations of the flow's posterior the mean would move.</param>
/// <param name="Spread">The deviation that it would have, over that of the flow's posterior.</param>
internal sealed record ParameterCorrection(string Name, double Shift, double Spread)
{
    /// <summary>Less is not worth a word.</summary>
    private const double Small = 0.1;

    /// <summary>By the draws, weighted with d / (1 − d), the ratio of the posterior's density and q's.</summary>
    public static ParameterCorrection Of(string name, double[] draws, IReadOnlyList<double> weights)
    {
        var total = weights.Sum();
        var (mean, deviation) = Moments.Of(draws, null, isPeriodic: false);
        var (weighted, spread) = Moments.Of(draws, [.. weights.Select(weight => weight / total)], isPeriodic: false);
        return deviation > 0 ? new(name, (weighted - mean) / deviation, spread / deviation) : new(name, 0, 1);
    }

    /// <summary>What is wrong with the posterior, in words; none where little is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Math.Abs(Shift) >= Small)
        {
            yield return $"{Name} too {(Shift > 0 ? "low" : "high")} by at least about {Significant(Math.Abs(Shift))} of the flow's deviations";
        }

        if (Math.Abs(Math.Log(Spread)) >= Small)
        {
            yield return $"{Name} too {(Spread > 1 ? "narrow, at most" : "wide, at least")} about {Significant(1 / Spread)} times the true width";
        }
    }
}

/// <summary>The test of one observation.</summary>
/// <param name="Observation">Its number: of the benchmark, or of the row, from 0.</param>
/// <param name="Statistic">t̂, from 0 (no difference) to ¼.</param>
/// <param name="NullQuantile">The 95 % quantile of t̂ where the posterior is right.</param>
/// <param name="PValue">How likely so much is where the posterior is right.</param>
/// <param name="CorrectedPValue">The same, corrected by Holm for the number of observations.</param>
/// <param name="Ratio">By what factor the two densities differ at typical samples, as the smooth classifier has it: exp of the root of the mean squared
/// log.</param>
/// <param name="Verdict">What was found, in words.</param>
/// <param name="Parameters">How the classifier would change each parameter.</param>
internal sealed record ObservationLocalC2st(
    int Observation, double Statistic, double NullQuantile, double PValue, double CorrectedPValue, double Ratio, string Verdict,
    IReadOnlyList<ParameterCorrection> Parameters)
{
    /// <summary>Whether the posterior is told from the true one.</summary>
    public bool Differs => LocalC2stReport.IsBlamed(CorrectedPValue);
}

/// <summary>Local two-sample tests of a run's posteriors.</summary>
/// <param name="Data">The benchmark task, the data set, or the file that the pairs' parameters are from.</param>
/// <param name="Pairs">Where the pairs are from: simulations, test or validation.</param>
/// <param name="Simulations">N, how many of them.</param>
/// <param name="PosteriorSamples">M, samples of the posterior of each observation.</param>
/// <param name="Nulls">H, how many tests with swapped labels.</param>
/// <param name="Folds">How many classifiers each of these is the mean of.</param>
/// <param name="Seed">Of simulations, samples and classifiers.</param>
/// <param name="Observations">Each observation.</param>
/// <param name="Seconds">The time for all of it.</param>
internal sealed record LocalC2stReport(
    string Data, string Pairs, int Simulations, int PosteriorSamples, int Nulls, int Folds, long Seed, IReadOnlyList<ObservationLocalC2st> Observations,
    double Seconds)
{
    /// <summary>The probability that a right posterior of any observation is blamed.</summary>
    public const double Level = 0.05;

    /// <summary>3 · (1 / 60) is rounded to a little more than 0.05.</summary>
    private const double Rounding = 1e-9;

    private const string Fine = "no difference found";

    /// <summary>What speaks against trusting the results.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>The report of tests.</summary>
    /// <param name="run">The run.</param>
    /// <param name="pairs">What the classifiers have learnt from.</param>
    /// <param name="observed">The observations.</param>
    /// <param name="size">How much was computed.</param>
    /// <param name="tested">What was found of each.</param>
    /// <param name="doubts">What else speaks against trusting the results.</param>
    /// <param name="seconds">The time for all of it.</param>
    public static LocalC2stReport Of(EvaluatedRun run, CalibrationPairs pairs, ObservedRows observed, LocalC2stSize size,
        IReadOnlyList<TestedObservation> tested, IReadOnlyList<string> doubts, double seconds)
    {
        var corrected = HolmCorrection.Of([.. tested.Select(one => one.Score.PValue)]);
        var observations = tested.Select((one, r) =>
        {
            double[] weights = [.. one.Score.Probabilities.Select(d => d / (1 - d))];
            ParameterCorrection[] parameters = [.. run.Columns.Select((name, d) => ParameterCorrection.Of(name, one.Draws[d], weights))];
            var ratio = Math.Exp(Math.Sqrt(weights.Average(weight => Math.Pow(Math.Log(weight), 2))));
            return new ObservationLocalC2st(observed.First + r, one.Score.Statistic, Quantile(one.Score.Null), one.Score.PValue, corrected[r], ratio,
                IsBlamed(corrected[r]) ? Differing(parameters) : Fine, parameters);
        });
        return new(pairs.File ?? run.Experiment.Data.Label, pairs.Source, pairs.Count, size.Samples, size.Nulls, LocalC2st.Folds, run.Seed,
            [.. observations], seconds)
        {
            Doubts = [.. pairs.Doubts, .. observed.Doubts, .. doubts],
        };
    }

    /// <summary>Whether a corrected p-value is as low as the level.</summary>
    public static bool IsBlamed(double corrected) => corrected <= Level + Rounding;

    /// <summary>As it is kept and shown.</summary>
    /// <param name="tested">What is drawn.</param>
    public EvaluationResult Result(IReadOnlyList<TestedObservation> tested) => new(ReportJson.Of(this), Metrics(), Table())
    {
        Doubts = Doubts,
        Figures = [new(LocalC2stEvaluation.Name, ".png", (run, path) => LocalC2stPlot.Save(this, tested, $"{run}: local two-sample test", path))],
    };

    private Dictionary<string, double> Metrics() => new()
    {
        [LocalC2stEvaluation.Metric] = Observations.Min(one => one.CorrectedPValue),
        [$"{LocalC2stEvaluation.Name}.statistic"] = Observations.Max(one => one.Statistic),
    };

    private ResultTable Table() => new(
        new ColumnTable(
            [new("observation"), new("statistic"), new("95 % of a right one"), new("p"), new("p, corrected"), new("verdict", IsText: true)],
            [.. Observations.Select(one => (string[])[$"{one.Observation}", Number(one.Statistic, 3), Number(one.NullQuantile, 3), Number(one.PValue, 2),
                Number(one.CorrectedPValue, 2), one.Verdict])]),
        new NamedValues(
        [
            ("verdict", Verdict()),
            ("reading", $"a p of at most {Level} says that a classifier tells samples of this posterior from true parameters; a larger one that it cannot with "
                + $"so many pairs. Corrected by Holm, right posteriors are blamed in at most {Number(100 * Level)} % of runs"),
            ("pairs", $"{Count(Simulations)} {(Pairs == CalibrationPairs.Simulations ? "fresh simulations" : $"held-out pairs ({Pairs})")} of {Data}"),
            ("classifiers", $"{Folds} for the test and each of {Count(Nulls)} nulls, evaluated at {Counted(PosteriorSamples, "sample")} of each posterior"),
            ("time", $"{Fixed(Seconds, 1)} s"),
        ]),
        new TextLine());

    private string Verdict() => (Observations.Count(one => one.Differs), Observations.Count) switch
    {
        (0, 1) => "the posterior is not told from the true one",
        (0, _) => "no posterior is told from the true one",
        (1, 1) => $"the posterior is not the true one: densities differ by a factor of at least about {Significant(Observations[0].Ratio)}",
        var (differing, all) => $"{differing} of {all} posteriors {(differing == 1 ? "is" : "are")} not the true one: densities differ by a factor of at least "
            + $"about {Significant(Observations.Where(one => one.Differs).Max(one => one.Ratio))}{(differing == 1 ? "" : " in the worst of them")}",
    };

    private static string Differing(IReadOnlyList<ParameterCorrection> parameters)
    {
        var faults = parameters.SelectMany(parameter => parameter.Faults()).ToList();
        return faults.Count > 0 ? $"differs: {string.Join(", ", faults)}" : "differs in its shape, or in how parameters go together";
    }

    private static double Quantile(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Ceiling((1 - Level) * sorted.Length) - 1];
    }
}
