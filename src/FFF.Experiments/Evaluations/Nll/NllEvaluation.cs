using System.ComponentModel.DataAnnotations;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Evaluations.Nll;
using FFF.Formats;
using FFF.Options;

[assembly: Kind<EvaluationConfig, NllEvaluation>("nll", Order = 2)]

namespace FFF.Evaluations.Nll;

/// <summary>Exact negative log-likelihood and reconstruction on test (or else validation) data.</summary>
public sealed record NllEvaluation : EvaluationConfig, IEvaluation
{
    /// <summary>At most so many samples; all if left out.</summary>
    [Range(1, 100_000_000)]
    public int? Samples { get; init; }

    /// <inheritdoc/>
    string IEvaluation.Summary =>
        "Exact negative log-likelihood (for molecules the evidence bound) and reconstruction error on test (or else validation) data.";

    /// <inheritdoc/>
    IReadOnlyList<string> IEvaluation.Examples => ["", "--run two_moons", "--run latest --samples 1000 --json"];

    /// <inheritdoc/>
    Headline IEvaluation.Headline => new("nll", "NLL");

    /// <inheritdoc/>
    string? IEvaluation.SeedOf => "the draws that tell what the encoder's density integrates to";

    /// <inheritdoc/>
    string? IEvaluation.ScopeOn(Dataset dataset) =>
        Samples is { } samples && samples < dataset.HeldOut.Rows.Count ? $"{NumberText.Count(samples)} samples" : null;

    /// <inheritdoc/>
    string? IEvaluation.Misfit(Dataset dataset) => dataset.HeldOut.Rows.Count == 0 ? NllReport.NothingHeldOut(dataset) : null;

    /// <inheritdoc/>
    EvaluationPlan IEvaluation.Prepare(EvaluatedRun run, EvaluationWork work)
    {
        var dataset = run.Dataset(work);
        var (split, count) = (dataset.HeldOut.Split, dataset.HeldOut.Rows.Count);
        var (taken, own) = (Math.Min(count, Samples ?? count), Math.Min(count, run.Own<NllEvaluation>().Samples ?? count));
        return new($"{NumberText.Count(taken)} {split} samples", () =>
        {
            var report = EvaluationWork.InMemory(
                run.Flow.Device, "the likelihoods of the data that were held out",
                "take fewer by --samples, at the end of training by samples of the evaluation nll",
                () => NllReport.Of(run.Flow, dataset, Samples, run.Seed, work));
            report = report with { Entropy = run.Experiment.Data.Entropy };
            return report.Result() with { Part = EvaluationPart.Of(("samples", taken, own)) };
        });
    }
}
