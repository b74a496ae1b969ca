using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using FFF.Options;
using FFF.Training;

[assembly: Kind<ScheduleConfig, ConstantSchedule>("constant", Order = 1)]
[assembly: Kind<ScheduleConfig, CosineSchedule>("cosine", Order = 2)]
[assembly: Kind<ScheduleConfig, OneCycleSchedule>("one-cycle", Order = 3)]
[assembly: Kind<ScheduleConfig, ExponentialSchedule>("exponential", Order = 4)]
[assembly: Kind<ScheduleConfig, PlateauSchedule>("plateau", Order = 5)]
[assembly: Kind<ScheduleConfig, StagedSchedule>("stages", Order = 6)]

namespace FFF.Training;

/// <summary>How the objective is minimised.</summary>
public sealed record TrainingConfig
{
    /// <summary>How often the training set is gone through.</summary>
    [Range(1, 100_000_000)]
    public int Epochs { get; init; } = 200;

    /// <summary>Samples per step; a last incomplete batch of an epoch is left out.</summary>
    [Range(1, 100_000_000)]
    public int BatchSize { get; init; } = 128;

    /// <summary>The optimiser.</summary>
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>The learning rate's course, as factors of the optimiser's learning rate.</summary>
    public ScheduleConfig Schedule { get; init; } = new OneCycleSchedule();

    /// <summary>The largest norm of the gradient, to which longer ones are scaled; no limit if left out.</summary>
    [Range(1e-12, 1e12)]
    public double? GradientClip { get; init; }

    /// <summary>The decay per step of an exponential moving average of the weights, which then is validated and sampled from; none if left out.</summary>
    [Range(0.0, 0.9999999)]
    public double? Ema { get; init; }

    /// <summary>
    /// How many flows are trained together, from different initial weights and with random numbers of their own, on the same batches; the run is their
    /// mixture, whose density is the mean of theirs. They share the guard, the limit of the gradient and β where it is auto. Time and memory are as many
    /// times those of one.
    /// </summary>
    [Range(1, 1000)]
    public int Ensemble { get; init; } = 1;

    /// <summary>Validation by exact likelihood and reconstruction after every so many epochs.</summary>
    [Range(1, 100_000_000)]
    public int ValidateEvery { get; init; } = 10;

    /// <summary>Validates on the first so many of the validation samples, always the same; on all of them if left out.</summary>
    [Range(1, 100_000_000)]
    public int? ValidationSamples { get; init; }

    /// <summary>
    /// Stops when so many validations in a row have not improved the best, counted from where β has come to its last value; never if left out.
    /// </summary>
    [Range(1, 100_000_000)]
    public int? EarlyStopping { get; init; }

    /// <summary>What happens when the loss is not finite, or leaps.</summary>
    public GuardConfig Guard { get; init; } = new();

    /// <summary>When checkpoints are written, and which of them stay.</summary>
    public CheckpointsConfig Checkpoints { get; init; } = new();

    /// <summary>Where tensors live: auto, cpu, cuda, cuda:N, or emulated, a second device within the CPU for tests.</summary>
    [RegularExpression("^(auto|cpu|cuda(:[0-9]{1,3})?|emulated)$", ErrorMessage = "auto, cpu, cuda or cuda:N")]
    public string Device { get; init; } = "auto";

    /// <summary>
    /// Threads for the arithmetic on a CPU. If left out, as many as steps of this size are fastest with, by trials before the first step where that is
    /// not clear; the manifest has their number, and a resumed run takes it.
    /// </summary>
    [Range(1, 4096)]
    public int? Threads { get; init; }

    /// <summary>
    /// Whether matrix products of training steps on a CUDA device may round their factors to TF32, 10 binary digits, which is faster on large
    /// networks. Validation, sampling and evaluation never do.
    /// </summary>
    public bool Tf32 { get; init; }

    /// <summary>
    /// Whether a CUDA device is given a step's operations as one graph, recorded once for each shape of batch, where libtorch and driver can.
    /// The results are the same, but for the last digits.
    /// </summary>
    public bool CudaGraphs { get; init; } = true;
}

/// <summary>
/// How often the last checkpoint is written beside validations, and which checkpoints stay beside the last and the best, as
/// epoch-NNNNNNNN.safetensors without training state; older ones are removed.
/// </summary>
public sealed record CheckpointsConfig
{
    /// <summary>
    /// The last checkpoint is written when so many minutes have passed since it was written, also within an epoch: a machine that fails loses no more than
    /// these; with validations only if null.
    /// </summary>
    [Range(0.001, 1e6)]
    public double? EveryMinutes { get; init; } = 5;

    /// <summary>The newest so many stay.</summary>
    [Range(0, 1_000_000)]
    public int KeepLast { get; init; }

    /// <summary>Those after every so many epochs are made and stay for good; none if left out.</summary>
    [Range(1, 100_000_000)]
    public int? KeepEvery { get; init; }

    /// <summary>Whether the checkpoint after an epoch stays for good.</summary>
    internal bool IsKept(int epoch) => KeepEvery is { } every && epoch % every == 0;
}

/// <summary>Which optimiser.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with L2 regularisation: the decay is added to the gradient.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay.</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,

    /// <summary>Adam with decoupled weight decay in the eigenbasis of Shampoo's preconditioner (Vyas et al., 2024).</summary>
    Soap,
}

/// <summary>Adam, AdamW or SOAP; its name alone takes the defaults.</summary>
[Shorthand(null, nameof(Kind))]
public sealed record OptimizerConfig : IValidated
{
    /// <summary>Which of them.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adam;

    /// <summary>The (peak) learning rate.</summary>
    [Range(0.0, 1e3)]
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>The weight decay.</summary>
    [Range(0.0, 1e3)]
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>The decay of the gradient's running mean.</summary>
    [Range(0.0, 0.999999999)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the squared gradient's running mean.</summary>
    [Range(0.0, 0.999999999)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator.</summary>
    [Range(0.0, 1.0)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Of soap: after so many steps each the bases follow the gradients' covariances; 10 if left out.</summary>
    [Range(1, 1_000_000)]
    public int? BasisEvery { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
        [new(() => BasisEvery is null || Kind == OptimizerKind.Soap ? null : "expected 'kind: soap', which alone has bases", nameof(BasisEvery))];
}

/// <summary>The learning rate's course; <c>kind</c> tells which.</summary>
public abstract record ScheduleConfig;

/// <summary>The same learning rate throughout.</summary>
public sealed record ConstantSchedule : ScheduleConfig;

/// <summary>Half a cosine from 1 down to a final factor.</summary>
public sealed record CosineSchedule : ScheduleConfig
{
    /// <summary>The factor at the end.</summary>
    [Range(0.0, 1.0)]
    public double Final { get; init; }
}

/// <summary>Half a cosine up to the peak, another down (Smith and Topin, 2017).</summary>
public sealed record OneCycleSchedule : ScheduleConfig
{
    /// <summary>The share of the run spent on the way up.</summary>
    [Range(0.0, 1.0)]
    public double Warmup { get; init; } = 0.3;

    /// <summary>The factor at the start.</summary>
    [Range(0.0, 1.0)]
    public double Initial { get; init; } = 0.04;

    /// <summary>The factor at the end.</summary>
    [Range(0.0, 1.0)]
    public double Final { get; init; } = 4e-6;

    /// <summary>The course of the optimiser's beta1, against that of the rate, as PyTorch's one-cycle has it; constant if left out.</summary>
    public MomentumCycle? Beta1 { get; init; }
}

/// <summary>The decay of the gradient's running mean goes from one value to another while the learning rate grows, and back while it falls.</summary>
public sealed record MomentumCycle
{
    /// <summary>The value at the start and at the end, where the rate is lowest.</summary>
    [Range(0.0, 0.999999999)]
    public double High { get; init; } = 0.95;

    /// <summary>The value at the peak of the rate.</summary>
    [Range(0.0, 0.999999999)]
    public double Low { get; init; } = 0.85;
}

/// <summary>Multiplied by a factor after every epoch.</summary>
public sealed record ExponentialSchedule : ScheduleConfig
{
    /// <summary>The factor per epoch.</summary>
    [Range(0.0, 1.0)]
    public required double Gamma { get; init; }
}

/// <summary>Multiplied by a factor whenever so many validations in a row have not improved the best.</summary>
public sealed record PlateauSchedule : ScheduleConfig
{
    /// <summary>The factor.</summary>
    [Range(0.0, 1.0)]
    public double Factor { get; init; } = 0.5;

    /// <summary>How many validations.</summary>
    [Range(1, 100_000_000)]
    public int Patience { get; init; } = 5;
}

/// <summary>Schedules one after the other, each from its own beginning.</summary>
public sealed record StagedSchedule : ScheduleConfig, IValidated
{
    /// <summary>The stages in their order; the last one lasts to the run's end.</summary>
    [MinLength(1)]
    public required IReadOnlyList<ScheduleStage> Stages { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        new(() => Stages.Take(Stages.Count - 1).All(stage => stage.Epochs is not null) ? null : "expected epochs for every stage but the last", nameof(Stages)),
        new(() => Stages is [.., { Epochs: null }] ? null : "expected no epochs for the last stage, which lasts to the run's end", nameof(Stages)),
        new(() => Stages.All(stage => stage.Schedule is not (PlateauSchedule or StagedSchedule)) ? null : "expected stages of other kinds than plateau and "
            + "stages",
            nameof(Stages)),
    ];
}

/// <summary>One of several schedules that follow each other.</summary>
public sealed record ScheduleStage
{
    /// <summary>How many epochs it lasts; left out for the last one.</summary>
    [Range(1, 100_000_000)]
    public int? Epochs { get; init; }

    /// <summary>Its schedule.</summary>
    public ScheduleConfig Schedule { get; init; } = new ConstantSchedule();

    /// <summary>What the factors of its schedule are multiplied by.</summary>
    [Range(0.0, 1e6)]
    public double Factor { get; init; } = 1;
}

/// <summary>What happens when a step's loss or gradient is not finite, or the loss leaps.</summary>
public sealed record GuardConfig
{
    /// <summary>So many steps in a row that are not finite, and so skipped, or spikes lead back to the last good state with half the learning rate.</summary>
    [Range(1, 100_000_000)]
    public int MaxSkipped { get; init; } = 10;

    /// <summary>After so many such returns, a run that is not finite ends as failed, and spikes are let be.</summary>
    [Range(0, 1000)]
    public int MaxReturns { get; init; } = 5;

    /// <summary>
    /// After so many steps of an epoch, and at its end, the state is kept as good where the last step was neither skipped nor a spike, so that a return
    /// loses little of a long epoch.
    /// </summary>
    [Range(1, 100_000_000)]
    public int KeepEvery { get; init; } = 1000;

    /// <summary>A spike is a loss that lies so many mean absolute deviations above its running mean.</summary>
    [Range(1.0, 1e12)]
    public double SpikeDeviations { get; init; } = 20;
}
