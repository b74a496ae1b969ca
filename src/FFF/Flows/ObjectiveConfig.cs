using System.ComponentModel.DataAnnotations;
using FFF.Options;

namespace FFF.Flows;

/// <summary>L(x) = −log p(f(x)) − surrogate(x) + β·‖x − g(f(x))‖².</summary>
public sealed record ObjectiveConfig : IValidated
{
    /// <summary>The largest dimension of a density in which log|det J_f| itself is trained.</summary>
    public const int MaxExactDimension = 64;

    /// <summary>
    /// The weight β of the reconstruction: a number, a schedule over epochs, auto, by which it rises by itself, or a range drawn from per sample, of which
    /// sampling and evaluation use the largest.
    /// </summary>
    public SettingConfig Beta { get; init; } = new FixedSetting { Value = 25 };

    /// <summary>The form of the surrogate for the gradient of log|det J_f|.</summary>
    public SurrogateForm Surrogate { get; init; } = SurrogateForm.Data;

    /// <summary>
    /// On every so many-th step, the first among them, log|det J_f| itself stands in for the surrogate, in up to 64 dimensions; never if left out.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public int? ExactEvery { get; init; }

    /// <summary>How many Hutchinson vectors per sample; at most the dimension, where the trace becomes exact.</summary>
    [Range(1, 1_000_000)]
    public int HutchinsonSamples { get; init; } = 1;

    /// <summary>
    /// The standard deviation σ of Gaussian noise on the (standardised) data, of molecules on all but types; none if left out. A
    /// schedule that falls teaches the data's large structures first. A range is SoftFlow, of which sampling and evaluation use
    /// the smallest.
    /// </summary>
    public SettingConfig? Noise { get; init; }

    /// <summary>Further reconstructions, of latents and of what is drawn, each with a weight; none if left out.</summary>
    public CyclesConfig? Cycles { get; init; }

    /// <summary>Trains the reconstruction alone first, then blends in the likelihood; none if left out.</summary>
    public WarmupConfig? LikelihoodWarmup { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        new(() => ExactEvery is not null && Surrogate == SurrogateForm.Exact ? "expected no exact_every where every step is exact: leave the key out" : null,
            nameof(ExactEvery), nameof(Surrogate)) { IsOfUnusedKey = true },
        new(() => Noise is AutomaticSetting ? "expected a number, a schedule or a range: auto is for beta only" : null, nameof(Noise)),
    ];

    /// <summary>Whether some step takes log|det J_f| itself.</summary>
    internal bool IsEverExact => Surrogate == SurrogateForm.Exact || ExactEvery is not null;

    /// <summary>Why log|det J_f| itself cannot be trained in so many dimensions; null where it can, or is never asked for.</summary>
    internal string? ExactProblem(long dimension) => !IsEverExact || dimension <= MaxExactDimension
        ? null
        : $"log|det J_f| itself takes a tangent for each dimension, which is for at most {MaxExactDimension} dimensions; the density has {dimension}. "
            + "Take the surrogate data, which costs one, and leave exact_every out";

    /// <summary>Whether a step takes log|det J_f| itself.</summary>
    internal bool IsExactAt(long step) => Surrogate == SurrogateForm.Exact || (ExactEvery is { } every && step % every == 0);
}

/// <summary>Which side of the network pair the Hutchinson vectors live on, if there are any.</summary>
public enum SurrogateForm
{
    /// <summary>Vectors in data space: first-order derivatives only, the fast form.</summary>
    Data,

    /// <summary>Vectors in latent space, as published: needs a double backward.</summary>
    Latent,

    /// <summary>No vectors: log|det J_f| itself, by a tangent for each dimension, in up to 64 dimensions.</summary>
    Exact,
}

/// <summary>The likelihood's weight is 0 before one share of the run, 1 after another, linear between.</summary>
public sealed record WarmupConfig : IValidated
{
    /// <summary>The share of the run at which the likelihood enters.</summary>
    [Range(0.0, 1.0)]
    public double From { get; init; }

    /// <summary>The share of the run from which it counts fully.</summary>
    [Range(0.0, 1.0)]
    public required double To { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules => [Rule.Ascending(nameof(From), nameof(To), () => (From, To))];
}
