using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace FFF.Configuration;

/// <summary>L(x) = −log p(f(x)) − surrogate(x) + β·‖x − g(f(x))‖².</summary>
public sealed record ObjectiveConfig
{
    /// <summary>The weight β of the reconstruction: a number, a schedule over epochs, or a range drawn from per sample.</summary>
    public BetaConfig Beta { get; init; } = new FixedBeta { Value = 25 };

    /// <summary>The form of the surrogate for the gradient of log|det J_f|.</summary>
    public SurrogateForm Surrogate { get; init; } = SurrogateForm.Data;

    /// <summary>How many Hutchinson vectors per sample; at most the dimension, where the trace becomes exact.</summary>
    [Range(1, 1_000_000)]
    public int HutchinsonSamples { get; init; } = 1;

    /// <summary>Gaussian noise on the (standardised) data, after SoftFlow; none if left out.</summary>
    public NoiseConfig? Noise { get; init; }

    /// <summary>Trains the reconstruction alone first, then blends in the likelihood; none if left out.</summary>
    public WarmupConfig? LikelihoodWarmup { get; init; }
}

/// <summary>Which side of the network pair the Hutchinson vectors live on.</summary>
public enum SurrogateForm
{
    /// <summary>Vectors in data space: first-order derivatives only, the fast form.</summary>
    Data,

    /// <summary>Vectors in latent space, as published: needs a double backward.</summary>
    Latent,
}

/// <summary>The reconstruction weight β; a plain number means a fixed one.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FixedBeta), "fixed")]
[JsonDerivedType(typeof(ScheduledBeta), "schedule")]
[JsonDerivedType(typeof(BetaRange), "range")]
[Shorthand("fixed", nameof(FixedBeta.Value))]
public abstract record BetaConfig;

/// <summary>The same β throughout.</summary>
public sealed record FixedBeta : BetaConfig
{
    /// <summary>β.</summary>
    [Range(0.0, 1e12)]
    public required double Value { get; init; }
}

/// <summary>β moves from one value to another over the run.</summary>
public sealed record ScheduledBeta : BetaConfig
{
    /// <summary>β at the start.</summary>
    [Range(1e-9, 1e12)]
    public required double From { get; init; }

    /// <summary>β from the end of the schedule on.</summary>
    [Range(1e-9, 1e12)]
    public required double To { get; init; }

    /// <summary>The share of the run after which the final value is reached.</summary>
    [Range(0.0, 1.0)]
    public double Until { get; init; } = 1;

    /// <summary>How it moves.</summary>
    public Interpolation Shape { get; init; } = Interpolation.Exponential;
}

/// <summary>How a value moves between two others.</summary>
public enum Interpolation
{
    /// <summary>By equal factors in equal times.</summary>
    Exponential,

    /// <summary>By equal steps in equal times.</summary>
    Linear,
}

/// <summary>β is drawn log-uniformly per sample, and its logarithm given to the networks as a condition.</summary>
public sealed record BetaRange : BetaConfig
{
    /// <summary>The smallest β.</summary>
    [Range(1e-9, 1e12)]
    public required double Low { get; init; }

    /// <summary>The largest β, which sampling and evaluation use.</summary>
    [Range(1e-9, 1e12)]
    public required double High { get; init; }
}

/// <summary>Noise x + σ·n, n standard normal. A plain number means a fixed σ.</summary>
/// <remarks>With high &gt; low, σ is drawn log-uniformly per sample and its logarithm given to the networks as a condition; sampling and evaluation use low.</remarks>
[Shorthand(null, nameof(Low))]
public sealed record NoiseConfig
{
    /// <summary>The smallest standard deviation.</summary>
    [Range(1e-12, 1e6)]
    public required double Low { get; init; }

    /// <summary>The largest standard deviation; the same as low if left out.</summary>
    [Range(1e-12, 1e6)]
    public double? High { get; init; }
}

/// <summary>The likelihood's weight is 0 before one share of the run, 1 after another, linear between.</summary>
public sealed record WarmupConfig
{
    /// <summary>The share of the run at which the likelihood enters.</summary>
    [Range(0.0, 1.0)]
    public double From { get; init; }

    /// <summary>The share of the run from which it counts fully.</summary>
    [Range(0.0, 1.0)]
    public required double To { get; init; }
}
