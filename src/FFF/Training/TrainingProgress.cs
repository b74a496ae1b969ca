using FFF.Flows;

namespace FFF.Training;

/// <summary>Where a run stands, told after every step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="Epoch">The epoch the step belonged to, from 1.</param>
/// <param name="SamplesPerSecond">The rate in the second half of the steps since training started or resumed, validation included.</param>
/// <param name="Remaining">The time left at that rate.</param>
/// <param name="Last">The metrics of the last complete epoch, if any, with the last validation, whichever epoch that was in.</param>
public readonly record struct TrainingProgress(
    long Step, long TotalSteps, int Epoch, double SamplesPerSecond, TimeSpan Remaining, EpochMetrics? Last);

/// <summary>Means over an epoch, and its validation where there was one.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Steps done at its end.</param>
/// <param name="Seconds">Since training started or resumed.</param>
/// <param name="LearningRate">At its last step.</param>
/// <param name="Beta">At its last step; null where the method has none.</param>
/// <param name="Loss">The objective; its value says nothing about the fit.</param>
/// <param name="LatentNll">−log p(f(x)), standardised; null where the method has none.</param>
/// <param name="Reconstruction">‖x − g(f(x))‖² of the data as the flow sees them; null where the method does not train it.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="SkippedSteps">Steps without an update because of a loss that was not finite, in all.</param>
/// <param name="Spikes">Steps whose loss was far above what it had been, in all.</param>
/// <param name="Validation">Null where this epoch had none.</param>
public sealed record EpochMetrics(
    int Epoch, long Step, double Seconds, double LearningRate, double? Beta, double Loss, double? LatentNll,
    double? Reconstruction, double GradientNorm, long SkippedSteps, long Spikes, ValidationMetrics? Validation)
{
    /// <summary>
    /// How far J_g J_f is from 1: the root of the mean of ((vᵀ J_g J_f v − S)/S)², v being Hutchinson vectors of length √S in S dimensions. Null where no
    /// surrogate tells.
    /// </summary>
    public double? InverseError { get; init; }
}

/// <summary>Exact likelihood and reconstruction on held-out data.</summary>
/// <param name="Nll">−log p(x) through the encoder's Jacobian, in nats, in the data's own units.</param>
/// <param name="NllDecoder">The same through the decoder's.</param>
/// <param name="Reconstruction">‖x − g(f(x))‖² of the data as the flow sees them.</param>
/// <param name="Objective">The larger NLL + final β · reconstruction, each sample's up to 5 nats: what chooses the best checkpoint.</param>
public sealed record ValidationMetrics(double Nll, double NllDecoder, double Reconstruction, double Objective)
{
    /// <summary>
    /// The larger NLL, and what it gains by structure finer than the reconstruction: what runs are compared by, whatever their β. Null where
    /// the likelihoods are bounds.
    /// </summary>
    public double? NllJudged { get; init; }

    /// <summary>The dimension of what the density lives on; 0 where it is not told.</summary>
    internal long DensityDimension { get; init; }

    /// <summary>Of the encoder at the data; null for flows that are one-to-one by construction.</summary>
    public Orientation? EncoderOrientation { get; init; }

    /// <summary>Of the decoder at the data's latents.</summary>
    public Orientation? DecoderOrientation { get; init; }
}
