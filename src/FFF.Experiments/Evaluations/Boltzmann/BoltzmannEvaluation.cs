using System.ComponentModel.DataAnnotations;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using FFF.Evaluations.Boltzmann;
using FFF.Formats;
using FFF.Options;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<EvaluationConfig, BoltzmannEvaluation>("boltzmann", Order = 3)]

namespace FFF.Evaluations.Boltzmann;

/// <summary>The flow as a Boltzmann generator of its particle system: distance to the entropy limit, effective sample size, energies.</summary>
public sealed record BoltzmannEvaluation : EvaluationConfig, IEvaluation, IValidated
{
    /// <summary>In pairs of particles.</summary>
    private static readonly StreamBlock Block = new(1 << 16, 1 << 20);


    private const int DefaultSamples = 10_000;

    private static readonly AnnealingSettings Standard = new();
    private static readonly RunKind Particles = new("on particles with a known energy",
        experiment => experiment.Data is ParticleData { System: not null } or ParticleData { Energy: not null }, "dw4_small");

    /// <summary>
    /// How many samples are drawn, and at most how many of the data that were held out are
    /// evaluated; 10,000 if left out. Fewer than 100 tell nothing of their weights.
    /// </summary>
    [Range(100, 100_000_000)]
    public int? Samples { get; init; }

    /// <summary>
    /// The entropy limit of the NLL and the distance to it, for which log Z is estimated by annealing unless it is given; that takes minutes for large
    /// systems.
    /// </summary>
    public bool Limit { get; init; } = true;

    /// <summary>
    /// log Z of the system where it is known, as fff data generate tells it, in place of annealing: for systems whose annealing takes hours.
    /// </summary>
    [Range(-1e9, 1e9)]
    public double? LogZ { get; init; }

    /// <summary>The standard error of the given log Z; 0 if left out.</summary>
    [Range(0, 1e9)]
    public double? LogZError { get; init; }

    /// <summary>
    /// Chains of the annealing; 2000 if left out. Replica exchange, which estimates log Z a second time, has five draws for each.
    /// Both estimates are kept in the cache.
    /// </summary>
    [Range(2, 1_000_000)]
    public int? Chains { get; init; }

    /// <summary>Steps of the annealing; 2000 if left out. Systems of many particles need more.</summary>
    [Range(1, 1_000_000)]
    public int? AnnealingSteps { get; init; }

    /// <summary>
    /// Systems that are decoded at once, and with densities as many fewer as keep memory alike; by
    /// their size and the device if left out. Another batch draws other samples.
    /// </summary>
    [Range(1, 100_000_000)]
    public int? Batch { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        new(() => Limit || (Chains ?? AnnealingSteps) is null ? null : "leave out chains and annealing_steps where the annealing that they are for is left out",
            nameof(Chains), nameof(AnnealingSteps), nameof(Limit)),
        new(() => Limit || LogZ is null ? null : "leave out log_z where the entropy that it is for is left out", nameof(LogZ), nameof(Limit)),
        new(() => LogZ is null || (Chains ?? AnnealingSteps) is null ? null
            : "leave out chains and annealing_steps where log_z is given, which saves the annealing",
            nameof(Chains), nameof(AnnealingSteps), nameof(LogZ)),
        new(() => LogZ is not null || LogZError is null ? null : "give log_z, too, which log_z_error is the error of", nameof(LogZError), nameof(LogZ)),
    ];

    /// <inheritdoc/>
    string IEvaluation.Summary => "Runs on particles as Boltzmann generators: likelihood and its limit, effective sample size of reweighted samples, log Z, "
        + "energies and pair distances. Draws plots/boltzmann.png.";

    /// <inheritdoc/>
    IReadOnlyList<string> IEvaluation.Examples =>
        ["", "--run dw4", "--run latest --samples 100000 --chains 20000 --json", "--run mine --no-limit --checkpoint last --out last.json"];

    /// <inheritdoc/>
    RunKind IEvaluation.Runs => Particles;

    /// <inheritdoc/>
    Headline IEvaluation.Headline => new("boltzmann.nll", "Boltzmann NLL");

    /// <inheritdoc/>
    string? IEvaluation.SeedOf => "the samples";

    /// <inheritdoc/>
    bool IEvaluation.HasFigures => true;

    /// <inheritdoc/>
    string? IEvaluation.ScopeOn(Dataset dataset) => Limit ? null : "without the entropy limit";

    /// <summary>N, how many samples the flow draws, and at most how many data are evaluated.</summary>
    internal int Count => Samples ?? DefaultSamples;

    /// <summary>log Z as it was given; null where it was not.</summary>
    internal MeanEstimate? GivenLogZ => LogZ is { } value ? new(value, LogZError ?? 0) : null;

    /// <summary>How log Z is estimated, where the energy is known; null where it is given or left out, and the limit with it.</summary>
    internal AnnealingSettings? Annealing => Limit && LogZ is null
        ? Standard with { Chains = Chains ?? Standard.Chains, Steps = AnnealingSteps ?? Standard.Steps }
        : null;

    /// <inheritdoc/>
    public override string? Misfit(Experiment experiment) =>
        experiment.Data is ParticleData ? null : "expected the evaluation boltzmann only for data of the kind particles";

    /// <inheritdoc/>
    string? IEvaluation.Misfit(Dataset dataset) => BoltzmannData.TooFew(dataset);

    /// <inheritdoc/>
    EvaluationPlan IEvaluation.Prepare(EvaluatedRun run, EvaluationWork work)
    {
        BoltzmannData.Require(run.Experiment);
        var data = BoltzmannData.Of(run.Experiment, run.Dataset(work), Count);
        return new($"{NumberText.Count(Count)} samples", () => Evaluate(run, data, work), data);
    }

    /// <summary>Systems that are decoded at once without their densities.</summary>
    internal int Rows(MeanFreePositions shape, Device device) => Batch ?? Block.Rows(device, (long)shape.Particles * shape.Particles);

    /// <summary>Systems whose densities are computed at once: a Jacobian carries (N − 1)·d tangents beside the value.</summary>
    internal int RowsWithDensity(MeanFreePositions shape, Device device) => Math.Max(1, Rows(shape, device) / (shape.MeanFreeDimension + 1));

    /// <summary>Without the limit, nothing is annealed.</summary>
    private string? PartOf(BoltzmannEvaluation own)
    {
        var (annealing, ofOwn) = (Annealing, own.Annealing);
        return EvaluationPart.Of(("samples", Count, own.Count), ("chains", annealing?.Chains ?? 0, ofOwn?.Chains ?? 0),
            ("steps", annealing?.Steps ?? 0, ofOwn?.Steps ?? 0));
    }

    private EvaluationResult Evaluate(EvaluatedRun run, BoltzmannData data, EvaluationWork work)
    {
        IProgress<SamplingProgress> Watch(string title) => work.Watch((SamplingProgress progress) => new(title, progress.Phase, progress.Share));
        var partition = BoltzmannGenerator.LogPartitionOf(data, this, run.Flow.Device, work.Warn, Watch("log Z"), work.Stop);
        var exchange = BoltzmannGenerator.ExchangeOf(data, this, run.Flow.Device, work.Warn, Watch("replica exchange"), work.Stop);
        var report = EvaluationWork.InMemory(
            run.Flow.Device, $"{Count} samples", "lower --batch of eval-boltzmann, or the number of samples",
            () => BoltzmannGenerator.Evaluate(run.Flow, data, partition, exchange, this, run.Seed, run.Checkpoint, Watch("evaluation"), work.Stop));
        return report.Result() with { Part = PartOf(run.Own<BoltzmannEvaluation>()) };
    }
}
