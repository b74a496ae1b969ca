using FFF.Flows;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>Exact likelihood and reconstruction on held-out samples.</summary>
/// <param name="samples">Held-out samples, transformed, on the flow's device.</param>
/// <param name="settings">The settings told to the networks, at their values for evaluation.</param>
/// <param name="logDet">The mean of log|det| of the model's transform over the samples, which turns densities into those of the data's own units.</param>
/// <param name="finalBeta">The weight of the reconstruction in the objective that chooses the best checkpoint.</param>
public sealed class Validator(Samples samples, SettingConditions settings, double logDet, double finalBeta)
{
    /// <summary>
    /// What one sample's reconstruction counts at most, in nats. A few conditions far from all others may be reconstructed
    /// badly by a flow that is good everywhere else; their mean error would hide everything else from the choice.
    /// </summary>
    private const double MaxPenalty = 5;

    /// <summary>Validates the flow.</summary>
    public ValidationMetrics Validate(Flow flow)
    {
        using var scope = NewDisposeScope();
        var likelihood = flow.LogLikelihood(samples.Data, settings.ForEvaluation(samples.Condition, samples.Data));
        var nll = -likelihood.Encoder.mean().item<double>() - logDet;
        var nllDecoder = -likelihood.Decoder.mean().item<double>() - logDet;
        var reconstruction = likelihood.Reconstruction.mean().item<double>();
        var penalty = (finalBeta * likelihood.Reconstruction).clamp_max(MaxPenalty).mean().item<double>();
        return new(nll, nllDecoder, reconstruction, Math.Max(nll, nllDecoder) + penalty)
        {
            EncoderOrientation = Orientation.Of(likelihood.EncoderSign),
            DecoderOrientation = Orientation.Of(likelihood.DecoderSign),
        };
    }
}
