using FFF.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>Results of evaluations for people.</summary>
internal static class ResultTables
{
    public static IRenderable Of(C2stReport report)
    {
        var table = Tables.Create(("observation", Justify.Right), ("C2ST", Justify.Right), ("std of folds", Justify.Right), ("inside the prior", Justify.Right));
        foreach (var observation in report.Observations)
        {
            table.Row($"{observation.Observation}", Words.Fixed(observation.Accuracy, 4), Words.Fixed(observation.Std, 4), Words.Percent(observation.AcceptedShare));
        }

        return new Rows(table, Tables.Pairs(
        [
            ("C2ST", $"{Words.Fixed(report.Mean, 4)} ± {Words.Fixed(report.Std, 4)} (mean and standard deviation over the observations; 0.5 is perfect)"),
            ("task", $"{report.Task}, {Words.Count(report.Samples)} samples per observation"),
            ("time", $"{Words.Fixed(report.Seconds, 1)} s"),
        ]), Text.Empty);
    }

    public static IRenderable Of(NllReport report) => new Rows(Tables.Pairs(
    [
        ("NLL", $"{Words.Fixed(report.Nll, 4)} ± {Words.Fixed(report.NllStandardError, 4)} nats, {(report.IsBound ? "the evidence bound" : "exact")}, by the encoder"),
        ("NLL, decoder", $"{Words.Fixed(report.NllDecoder, 4)} ± {Words.Fixed(report.NllDecoderStandardError, 4)} nats"),
        ("reconstruction", $"{Words.Number(report.Reconstruction)} (standardised; where it is not small, the NLL is spurious)"),
        ("samples", $"{Words.Count(report.Samples)} of the {report.Split} data"),
    ]), Text.Empty);

    public static IRenderable Of(FileC2st result) => Tables.Pairs(
    [
        ("C2ST", $"{Words.Fixed(result.Accuracy, 4)} ± {Words.Fixed(result.Std, 4)} (mean and standard deviation over the folds; 0.5 is perfect)"),
        ("samples", $"{Words.Count(result.Samples)} against {Words.Count(result.Reference)}"),
        ("time", $"{Words.Fixed(result.Seconds, 1)} s"),
    ]);
}
