using FFF.Flows;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>Exact likelihood and reconstruction on held-out samples.</summary>
/// <param name="samples">Held-out samples, transformed, on the flow's device; those in files are read anew each time, part by part.</param>
/// <param name="settings">The settings told to the networks, at their values for evaluation.</param>
/// <param name="logDet">The mean of log|det| of the model's transform over the samples, which turns densities into those of the data's own units.</param>
/// <param name="finalBeta">The weight of the reconstruction in the objective that chooses the best checkpoint.</param>
public sealed class Validator(IRows samples, SettingConditions settings, double logDet, double finalBeta)
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
        var (nll, nllDecoder, reconstruction, penalty) = (0.0, 0.0, 0.0, 0.0);
        var (encoderSigns, decoderSigns, reconstructions) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        foreach (var (first, count) in samples.Ranges())
        {
            using var inner = NewDisposeScope();
            var part = samples.Part(first, count);
            var likelihood = flow.LogLikelihood(part.Data, settings.ForEvaluation(part.Condition, part.Data));
            double Share(Tensor values) => values.mean().item<double>() * ((double)count / samples.Count);
            nll -= Share(likelihood.Encoder);
            nllDecoder -= Share(likelihood.Decoder);
            reconstruction += Share(likelihood.Reconstruction);
            penalty += Share((finalBeta * likelihood.Reconstruction).clamp_max(MaxPenalty));
            Keep(encoderSigns, likelihood.EncoderSign);
            Keep(decoderSigns, likelihood.DecoderSign);
            reconstructions.Add(likelihood.Reconstruction.to(float64).cpu().MoveToOuterDisposeScope());
        }

        var dimension = flow.Latent.DensityDimension(flow.Dimension);
        var excess = flow is IExactDensity ? JudgedNll.Excess(Math.Max(nll, nllDecoder), Numerics.RowChunks.Joined(reconstructions), dimension) : (double?)null;
        (nll, nllDecoder) = (nll - logDet, nllDecoder - logDet);
        return new(nll, nllDecoder, reconstruction, Math.Max(nll, nllDecoder) + penalty)
        {
            EncoderOrientation = Orientation.Of(Joined(encoderSigns)),
            DecoderOrientation = Orientation.Of(Joined(decoderSigns)),
            NllJudged = Math.Max(nll, nllDecoder) + excess,
            DensityDimension = dimension,
        };
    }

    private static void Keep(List<Tensor> parts, Tensor? signs)
    {
        if (signs is not null)
        {
            parts.Add(signs.to(int8).MoveToOuterDisposeScope());
        }
    }

    private static Tensor? Joined(List<Tensor> parts) => parts.Count == 0 ? null : Numerics.RowChunks.Joined(parts);
}
