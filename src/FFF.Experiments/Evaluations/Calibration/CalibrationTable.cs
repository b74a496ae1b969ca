using FFF.Evaluation.Calibration;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations.Calibration;

/// <summary>The calibration of a run for people.</summary>
internal static class CalibrationTable
{
    public static ResultTable Of(CalibrationReport report)
    {
        IReadOnlyList<Column> columns =
        [
            new("parameter", IsText: true), new("mean rank"), new("KS"), new("p"), new("χ²"), new("p"), new("coverage − nominal"), new("largest"),
            new("verdict", IsText: true),
        ];
        var rows = report.Parameters.Concat(report.Tarp is { } tarp ? [tarp] : Array.Empty<ParameterCalibration>()).Select(Row)
            .Append(["all together", "", "", "", "", "", Signed(report.Coverage.MeanDifference), Largest(report.Coverage), report.Verdict]);
        return new(new ColumnTable(columns, [.. rows]), new NamedValues(
        [
            ("verdict", Verdict(report)),
            ("deviation", Band(report)),
            ("reading", "coverage below nominal is over-confident, above it under-confident; a mean rank above 0.5 says that the posterior lies too low; "
                + $"all tests together blame a calibrated one in at most {Number(100 * Evaluation.Calibration.Verdict.Error)} % of runs"),
            ("pairs", $"{Count(report.Simulations)} {Source(report)} of {report.Data}, {Count(report.PosteriorSamples)} posterior samples each"),
            .. report.AcceptedShare is { } share
                ? [("inside the prior", $"{Percent(share)} of the samples; those outside were drawn again")]
                : Array.Empty<(string, string)>(),
            ("time", $"{Fixed(report.Seconds, 1)} s"),
        ]), new TextLine());
    }

    private static string[] Row(ParameterCalibration parameter)
    {
        var (ranks, coverage) = (parameter.Ranks, parameter.Coverage);
        return
        [
            parameter.Name, Fixed(ranks.Mean, 3), Fixed(ranks.KolmogorovSmirnov.Statistic, 4), Number(ranks.KolmogorovSmirnov.PValue, 2),
            Fixed(ranks.ChiSquare.Statistic, 1), Number(ranks.ChiSquare.PValue, 2), Signed(coverage.MeanDifference), Largest(coverage), parameter.Verdict,
        ];
    }

    /// <summary>One sentence: the whole posterior first, then what was found of single parameters.</summary>
    private static string Verdict(CalibrationReport report)
    {
        if (report.Calibrated)
        {
            return "calibrated within the 95 % band";
        }

        var whole = report.Band.Judge(report.Coverage) switch
        {
            CoverageFault.OverConfident => "over-confident: credible regions hold the true parameters less often than they claim",
            CoverageFault.UnderConfident => "under-confident: credible regions hold the true parameters more often than they claim",
            CoverageFault.Both =>
                "over- and under-confident: credible regions hold the true parameters less often than they claim at some levels, more often at others",
            _ => "the posterior as a whole is within the 95 % band",
        };
        var found = report.Parameters.Where(parameter => parameter.Verdict != Evaluation.Calibration.Verdict.Fine)
            .Select(parameter => parameter.Name).ToArray();
        whole = report.Tarp is { } tarp && tarp.Verdict != Evaluation.Calibration.Verdict.Fine
            ? $"{whole}; distances to random points, which see how parameters go together, say: {tarp.Verdict}"
            : whole;
        return found.Length == 0 ? whole : $"{whole}; {found.Length} of {report.Parameters.Count} parameters {(found.Length == 1 ? "fails" : "fail")} a test";
    }

    /// <summary>The largest deviation of the whole posterior, and what chance allows there.</summary>
    private static string Band(CalibrationReport report)
    {
        var level = report.Coverage.LargestDeviationLevel;
        var index = Enumerable.Range(0, report.Levels.Count).MinBy(i => Math.Abs(report.Levels[i] - level));
        return $"{Signed(report.Coverage.LargestDeviation)} at level {Fixed(level, 2)}, where that of a calibrated posterior is "
            + $"{Signed(report.Band.Lower[index] - level)} to {Signed(report.Band.Upper[index] - level)}";
    }

    private static string Source(CalibrationReport report) =>
        report.Pairs == CalibrationPairs.Simulations ? "fresh simulations" : $"held-out pairs ({report.Pairs})";

    private static string Largest(ExpectedCoverage coverage) => $"{Signed(coverage.LargestDeviation)} at {Fixed(coverage.LargestDeviationLevel, 2)}";

    private static string Signed(double difference) => (difference > 0 ? "+" : "") + Fixed(difference, 3);
}
