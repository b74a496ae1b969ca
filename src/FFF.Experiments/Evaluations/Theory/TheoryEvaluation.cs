using System.ComponentModel.DataAnnotations;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Evaluation.Theory;
using FFF.Evaluations.Theory;
using FFF.Formats;
using FFF.Options;
using FFF.Runs;

[assembly: Kind<EvaluationConfig, TheoryEvaluation>("theory", Order = 6)]

namespace FFF.Evaluations.Theory;

/// <summary>What the theory of free-form flows asks of a run, measured on data that were held out; it ends in whether β is large enough.</summary>
public sealed record TheoryEvaluation : EvaluationConfig, IEvaluation
{
    private const int FewDimensions = 16;
    private const int SamplesInFew = 200;
    private const int SamplesInMany = 30;

    /// <summary>At most so many samples for the bound and the Jacobians.</summary>
    [Range(SecondPreimages.FewestRows, 100_000_000)]
    public int Samples { get; init; } = 1000;

    /// <summary>At most so many of them for the gradients, which are computed in up to 64 dimensions.</summary>
    [Range(16, 100_000_000)]
    public int GradientSamples { get; init; } = 256;

    /// <summary>
    /// For at most so many of them a second point of the same code is looked for, in up to 64 dimensions; 200 in up to 16 dimensions and 30 in more, where
    /// each takes longer, if left out.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? InjectivitySamples { get; init; }

    /// <summary>For how many rows a second point of the same code is looked for.</summary>
    /// <param name="dimension">S, the dimension of what the density lives on.</param>
    internal int InjectivitySamplesIn(long dimension) => InjectivitySamples ?? (dimension <= FewDimensions ? SamplesInFew : SamplesInMany);

    /// <inheritdoc/>
    string IEvaluation.Summary =>
        "The spread-KL bound, the bias of the surrogate's gradient, how far the decoder is from the encoder's inverse, and where the encoder is not "
        + "one-to-one, on test (or else validation) data: whether β is large enough.";

    /// <inheritdoc/>
    IReadOnlyList<string> IEvaluation.Examples => ["", "--run two_moons", "--run latest --samples 300 --gradient-samples 128 --json"];

    /// <inheritdoc/>
    RunKind IEvaluation.Runs => RunKind.FreeForm;

    /// <inheritdoc/>
    Headline IEvaluation.Headline => new(TheoryReport.BoundMetric, "spread bound");

    /// <inheritdoc/>
    string? IEvaluation.SeedOf => "where the search for points of the same code starts";

    /// <inheritdoc/>
    string? IEvaluation.ScopeOn(Dataset dataset) => $"{NumberText.Count(Samples)} samples";

    /// <inheritdoc/>
    public override string? Misfit(Experiment experiment) =>
        experiment.Training.Ensemble > 1 ? "expected no evaluation theory for an ensemble, whose members have codes and Jacobians of their own"
            : RunKind.FreeForm.Fits(experiment) ? null : "expected the evaluation theory only for the method fff, and not for molecules";

    /// <inheritdoc/>
    string? IEvaluation.Misfit(Dataset dataset) => dataset.HeldOut.Rows.Count < SecondPreimages.FewestRows
        ? $"{dataset.Name}: {dataset.HeldOut.Rows.Count} samples were held out, but theory needs at least {SecondPreimages.FewestRows}. "
            + "Set data.test_fraction or data.validation_fraction, or take more samples, and train again."
        : null;

    /// <inheritdoc/>
    EvaluationPlan IEvaluation.Prepare(EvaluatedRun run, EvaluationWork work)
    {
        var dataset = run.Dataset(work);
        if (((IEvaluation)this).Misfit(dataset) is { } problem)
        {
            throw new EvaluationException(problem);
        }

        var (split, there, own) = (dataset.HeldOut.Split, dataset.HeldOut.Rows.Count, run.Own<TheoryEvaluation>());
        var dimension = run.Flow.Flow.Latent.DensityDimension(run.Flow.Dimension);
        (string Name, long Count, long Own) Part(string name, int count, int ofOwn) => (name, Math.Min(there, count), Math.Min(there, ofOwn));
        return new($"{NumberText.Count(Math.Min(there, Samples))} {split} samples", () =>
        {
            var report = EvaluationWork.InMemory(
                run.Flow.Device, "the Jacobians of the data that were held out", "lower --samples, --gradient-samples and --injectivity-samples",
                () => TheoryReport.Of(run.Flow, run.Beta, dataset, this, run.Experiment.Data.Entropy, run.Seed, work));
            return report.Result() with
            {
                Part = EvaluationPart.Of(
                    Part("samples", Samples, own.Samples), Part("gradient-samples", GradientSamples, own.GradientSamples),
                    Part("injectivity-samples", InjectivitySamplesIn(dimension), own.InjectivitySamplesIn(dimension))),
            };
        });
    }
}
