using System.ComponentModel.DataAnnotations;
using FFF.Cli.Tests;
using FFF.Configuration;
using FFF.Evaluations;
using FFF.Options;

[assembly: Kind<EvaluationConfig, MedianEvaluation>("mine")]

namespace FFF.Cli.Tests;

/// <summary>An evaluation from outside of the library: the median of the first dimension of samples. This file is all there is of it.</summary>
public sealed record MedianEvaluation : EvaluationConfig, IEvaluation
{
    /// <summary>How many samples are drawn.</summary>
    [Range(1, 1000)]
    public int Draws { get; init; } = 11;

    public string Summary => "The median of the first dimension of samples.";

    public Headline Headline => new("mine.median", "median");

    public string SeedOf => "the samples";

    public EvaluationPlan Prepare(EvaluatedRun run, EvaluationWork work) => new($"{Draws} samples", () =>
    {
        work.Stop.ThrowIfCancellationRequested();
        work.Progress?.Report(new("mine", "samples", 1));
        using var samples = run.Flow.Sample(Draws, null, run.Seed);
        using var cpu = samples.cpu();
        double[] first = [.. Enumerable.Range(0, Draws).Select(i => (double)cpu[i, 0].item<float>()).Order()];
        var report = new MedianReport(first[Draws / 2], Draws, run.Checkpoint);
        return new(ReportJson.Of(report), new Dictionary<string, double> { ["mine.median"] = report.MedianOfFirst },
            new(new NamedValues(("median", $"of {Draws} samples"))))
        {
            Figures = [new("mine", ".txt", (title, path) => File.WriteAllText(path, title))],
        };
    });

    private sealed record MedianReport(double MedianOfFirst, int Draws, string Checkpoint);
}
