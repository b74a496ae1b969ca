using FFF.Evaluation.Calibration;
using FFF.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>The calibration of a run for people.</summary>
internal static class CalibrationTables
{
    public static IRenderable Of(CalibrationReport report)
    {
        var table = Tables.Create(
            ("parameter", Justify.Left), ("mean rank", Justify.Right), ("KS", Justify.Right), ("p", Justify.Right), ("χ²", Justify.Right), ("p", Justify.Right),
            ("coverage − nominal", Justify.Right), ("largest", Justify.Right), ("verdict", Justify.Left));
        foreach (var parameter in report.Parameters)
        {
            var (ranks, coverage) = (parameter.Ranks, parameter.Coverage);
            table.Row(
                parameter.Name, Words.Fixed(ranks.Mean, 3), Words.Fixed(ranks.KolmogorovSmirnov.Statistic, 4), Words.Number(ranks.KolmogorovSmirnov.PValue, 2),
                Words.Fixed(ranks.ChiSquare.Statistic, 1), Words.Number(ranks.ChiSquare.PValue, 2), Signed(coverage.MeanDifference), Largest(coverage), parameter.Verdict);
        }

        table.Row("all together", "", "", "", "", "", Signed(report.Coverage.MeanDifference), Largest(report.Coverage), report.Verdict);
        return new Rows(table, Tables.Pairs(
        [
            ("verdict", Verdict(report)),
            ("band", Band(report)),
            ("pairs", $"{Words.Count(report.Simulations)} {Source(report)} of {report.Data}, {Words.Count(report.PosteriorSamples)} posterior samples each"),
            .. report.AcceptedShare is { } share ? [("inside the prior", $"{Words.Percent(share)} of the samples; those outside were drawn again")] : Array.Empty<(string, string)>(),
            ("time", $"{Words.Fixed(report.Seconds, 1)} s"),
        ]), Text.Empty);
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
            CoverageFault.Both => "over- and under-confident: credible regions hold the true parameters less often than they claim at some levels, more often at others",
            _ => "the posterior as a whole is within the 95 % band",
        };
        var found = report.Parameters.Where(parameter => parameter.Verdict != Evaluation.Calibration.Verdict.Fine).Select(parameter => parameter.Name).ToArray();
        return found.Length == 0 ? whole : $"{whole}; {found.Length} of {report.Parameters.Count} parameters {(found.Length == 1 ? "fails" : "fail")} a test";
    }

    private static string Band(CalibrationReport report)
    {
        var middle = report.Levels.Count / 2;
        return $"at level {Words.Fixed(report.Levels[middle], 2)} the coverage of a calibrated posterior is {Words.Fixed(report.Band.Lower[middle], 3)} to {Words.Fixed(report.Band.Upper[middle], 3)}; all tests together find fault with it in {Words.Number(100 * Evaluation.Calibration.Verdict.Error)} % of runs. Below nominal is over-confident, above under-confident; mean rank above 0.5: the posterior lies too low.";
    }

    private static string Source(CalibrationReport report) => report.Pairs == CalibrationPairs.Simulations ? "fresh simulations" : $"held-out pairs ({report.Pairs})";

    private static string Largest(ExpectedCoverage coverage) => $"{Signed(coverage.LargestDeviation)} at {Words.Fixed(coverage.LargestDeviationLevel, 2)}";

    private static string Signed(double difference) => (difference > 0 ? "+" : "") + Words.Fixed(difference, 3);
}
