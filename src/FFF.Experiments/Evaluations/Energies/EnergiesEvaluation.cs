using System.ComponentModel.DataAnnotations;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Evaluations.Boltzmann;
using FFF.Evaluations.Energies;
using FFF.Formats;
using FFF.Options;
using FFF.Runs;

[assembly: Kind<EvaluationConfig, EnergiesEvaluation>("energies", Order = 9)]

namespace FFF.Evaluations.Energies;

/// <summary>Energies of data that were held out against their likelihoods: log Z, divergence and entropy, and which temperature the flow follows.</summary>
public sealed record EnergiesEvaluation : EvaluationConfig, IEvaluation
{
    private static readonly RunKind Particles = new("on particles whose energies are known",
        experiment => experiment.Data is ParticleData { System: not null } or ParticleData { Energy: not null } or ParticleData { Energies: not null },
        "dw4_small");

    /// <summary>
    /// At most how many of the data that were held out are evaluated, and how many samples are drawn where their energies can be computed.
    /// </summary>
    [Range(100, 100_000_000)]
    public int Samples { get; init; } = 10_000;

    /// <inheritdoc/>
    string IEvaluation.Summary => "Runs on particles whose energies are known, of the data's rows at least (data.energies): log Z, the divergence from data to "
        + "flow, the entropy, and how likelihoods follow energies. Draws plots/energies.png.";

    /// <inheritdoc/>
    IReadOnlyList<string> IEvaluation.Examples => ["", "--run alanine", "--run latest --samples 100000 --json"];

    /// <inheritdoc/>
    RunKind IEvaluation.Runs => Particles;

    /// <inheritdoc/>
    Headline IEvaluation.Headline => new(EnergiesReport.HeadlineMetric, "divergence from the data");

    /// <inheritdoc/>
    string? IEvaluation.SeedOf => "the samples";

    /// <inheritdoc/>
    bool IEvaluation.HasFigures => true;

    /// <inheritdoc/>
    public override string? Misfit(Experiment experiment) => experiment.Data is not ParticleData particles
            ? "expected the evaluation energies only for data of the kind particles"
        : Unknown(particles);

    /// <inheritdoc/>
    string? IEvaluation.Misfit(Dataset dataset) => BoltzmannData.TooFew(dataset);

    /// <inheritdoc/>
    EvaluationPlan IEvaluation.Prepare(EvaluatedRun run, EvaluationWork work)
    {
        if (Unknown(BoltzmannData.Require(run.Experiment)) is { } problem)
        {
            throw new EvaluationException($"the run '{run.Experiment.Name}': {problem}.");
        }

        var data = BoltzmannData.Of(run.Experiment, run.Dataset(work), Samples);
        return new($"{NumberText.Count(data.HeldOut.shape[0])} {data.Split} samples", () => Evaluate(run, data, work), data);
    }

    private static string? Unknown(ParticleData data) => data is { System: null, Energy: null, Energies: null }
        ? "expected energies: data.energies names those of the rows, data.energy and data.system compute those of any positions"
        : null;

    private EvaluationResult Evaluate(EvaluatedRun run, BoltzmannData data, EvaluationWork work)
    {
        var result = EvaluationWork.InMemory(run.Flow.Device, $"{Samples} samples", "lower the number of samples",
            () => EnergiesReport.Of(run.Flow, data, this, run.Seed, run.Checkpoint,
                work.Watch((SamplingProgress progress) => new("energies", progress.Phase, progress.Share)), work.Stop));
        return result with { Part = EvaluationPart.Of(("samples", Samples, run.Own<EnergiesEvaluation>().Samples)) };
    }
}
