using System.ComponentModel.DataAnnotations;
using FFF.Configuration;
using FFF.Evaluations;
using FFF.Options;
using FFF.Outside;

[assembly: Kind<EvaluationConfig, InsideEvaluation>("outside-inside")]

namespace FFF.Outside;

/// <summary>The share of samples within the box, and the mean of their first number.</summary>
public sealed record InsideEvaluation : EvaluationConfig, IEvaluation
{
    /// <summary>How many samples are drawn.</summary>
    [Range(1, 100_000)]
    public int Draws { get; init; } = 500;

    public string Summary => "The share of samples within the box, and the mean of their first number.";

    public Headline Headline => new("outside.inside", "inside");

    public string SeedOf => "the samples";

    public override string? Misfit(Experiment experiment) =>
        experiment.Data is BridgeData ? null : "expected the evaluation outside-inside only for data of the kind outside-bridge";

    public EvaluationPlan Prepare(EvaluatedRun run, EvaluationWork work)
    {
        var box = run.Flow.Space as BoxSpace ?? throw new EvaluationException("The run is not on data in a box. Name another run.");
        return new($"{Draws} samples", () =>
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            var samples = run.Flow.Sample(Draws, null, run.Seed);
            var inside = (samples.ge(box.Low) & samples.le(box.High)).all(1).to(TorchSharp.torch.float64).mean().item<double>();
            var report = new Report(inside, samples.mean([0L])[0].item<float>(), Draws, run.Checkpoint);
            return new(ReportJson.Of(report), new Dictionary<string, double> { ["outside.inside"] = inside, ["outside.mean"] = report.MeanOfFirst },
                new(new NamedValues(("inside", $"of {Draws} samples"))));
        });
    }

    private sealed record Report(double Inside, double MeanOfFirst, int Draws, string Checkpoint);
}
