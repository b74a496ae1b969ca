using System.ComponentModel.DataAnnotations;
using System.Text;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Evaluations.Boltzmann;
using FFF.Evaluations.Conformations;
using FFF.Formats;
using FFF.Options;
using FFF.Runs;

[assembly: Kind<EvaluationConfig, ConformationsEvaluation>("conformations", Order = 7)]

namespace FFF.Evaluations.Conformations;

/// <summary>Distances, angles and torsions of particles, of samples against data, and how likely the states are that they tell apart.</summary>
public sealed record ConformationsEvaluation : EvaluationConfig, IEvaluation, IValidated
{
    private static readonly RunKind Particles = new("on particles", experiment => experiment.Data is ParticleData, "dw4_small");

    /// <summary>
    /// What systems are described by, with semicolons between: a name, then distance, angle or dihedral and their particles from 0, or gyration
    /// (the radius), or rmsd (from the first training system). Such as phi: dihedral 4 6 8 14; end: distance 0 21.
    /// </summary>
    [MinLength(1)]
    public string Quantities { get; init; } = "gyration: gyration";

    /// <summary>
    /// States whose probabilities and free energies are told, with semicolons between: a name, then bounds of quantities. Such as
    /// alpha: phi -180..0, psi -120..50; beta: phi -180..0, psi 50..240. Angles are in degrees; a torsion may go on beyond 180.
    /// </summary>
    [MinLength(1)]
    public string? States { get; init; }

    /// <summary>How many samples are drawn, and at most how many of the data that were held out are compared.</summary>
    [Range(100, 100_000_000)]
    public int Samples { get; init; } = 10_000;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        new(() => Quantity.Parse(Quantities).Problem, nameof(Quantities)),
        new(() => States is { } states && Quantity.Parse(Quantities) is (var quantities, null) ? ConformationState.Parse(states, quantities).Problem : null,
            nameof(States), nameof(Quantities)),
    ];

    /// <inheritdoc/>
    string IEvaluation.Summary => "Runs on particles: distances, angles, torsions, radius of gyration and deviations of samples against data, and the free "
        + "energies of states. Draws plots/conformations.png, and free energies: profiles, the surface of two torsions, and states.";

    /// <inheritdoc/>
    IReadOnlyList<string> IEvaluation.Examples =>
        ["", "--run alanine", "--quantities 'phi: dihedral 4 6 8 14; psi: dihedral 6 8 14 16' --states 'right: phi 0..180; left: phi -180..0'"];

    /// <inheritdoc/>
    RunKind IEvaluation.Runs => Particles;

    /// <inheritdoc/>
    Headline IEvaluation.Headline => new(ConformationsReport.HeadlineMetric, "total variation of conformations");

    /// <inheritdoc/>
    string? IEvaluation.SeedOf => "the samples";

    /// <inheritdoc/>
    bool IEvaluation.HasFigures => true;

    /// <inheritdoc/>
    public override string? Misfit(Experiment experiment) =>
        experiment.Data is ParticleData ? null : "expected the evaluation conformations only for data of the kind particles";

    /// <inheritdoc/>
    string? IEvaluation.Misfit(Dataset dataset) => dataset.Train.Space is Spaces.MeanFreePositions shape
        ? Quantity.Parse(Quantities).Quantities.Select(quantity => quantity.Misfit(shape)).FirstOrDefault(problem => problem is not null)
            ?? BoltzmannData.TooFew(dataset)
        : null;

    /// <inheritdoc/>
    EvaluationPlan IEvaluation.Prepare(EvaluatedRun run, EvaluationWork work)
    {
        BoltzmannData.Require(run.Experiment);
        var dataset = run.Dataset(work);
        if (((IEvaluation)this).Misfit(dataset) is { } problem)
        {
            throw new EvaluationException(problem);
        }

        var data = BoltzmannData.Of(run.Experiment, dataset, Samples);
        return new($"{NumberText.Count(Samples)} samples", () => Evaluate(run, data, work), data);
    }

    private EvaluationResult Evaluate(EvaluatedRun run, BoltzmannData data, EvaluationWork work)
    {
        var own = run.Own<ConformationsEvaluation>();
        var result = EvaluationWork.InMemory(run.Flow.Device, $"{Samples} samples", "lower the number of samples",
            () => ConformationsReport.Of(run.Flow, data, this, run.Seed,
                work.Watch((SamplingProgress progress) => new("conformations", progress.Phase, progress.Share)), work.Stop));
        var asked = Encoding.UTF8.GetBytes($"{Quantities}\n{States}");
        string?[] parts =
        [
            EvaluationPart.Of(("samples", Samples, own.Samples)),
            own.Quantities == Quantities && own.States == States ? null : DistinctName.WithHash("other-quantities", asked),
        ];
        return result with { Part = string.Join('.', parts.OfType<string>()) is { Length: > 0 } part ? part : null };
    }
}
