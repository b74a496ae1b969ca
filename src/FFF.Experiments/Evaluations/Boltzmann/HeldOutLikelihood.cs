using FFF.Flows;
using FFF.Spaces;
using static TorchSharp.torch;
using SamplingProgress = FFF.Datasets.Particles.SamplingProgress;

namespace FFF.Evaluations.Boltzmann;

/// <summary>The likelihood of each of the systems that were held out.</summary>
/// <param name="Encoder">log q(x) by the encoder's Jacobian.</param>
/// <param name="Decoder">log q(x) by the decoder's Jacobian.</param>
/// <param name="Reconstruction">‖x − g(f(x))‖².</param>
internal sealed record HeldOutLikelihood(double[] Encoder, double[] Decoder, double[] Reconstruction)
{
    /// <summary>Of the encoder at the systems; null for flows that are one-to-one by construction.</summary>
    public Orientation? EncoderOrientation { get; init; }

    /// <summary>Of the decoder at their latents.</summary>
    public Orientation? DecoderOrientation { get; init; }

    /// <summary>Evaluates them.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="data">The systems.</param>
    /// <param name="progress">Is told how far it has come.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    public static HeldOutLikelihood Of(DensityModel flow, BoltzmannData data, IProgress<SamplingProgress>? progress, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var likelihood = flow.LogLikelihood(
            new Samples(data.HeldOut, null), data.HeldOut.shape[0], progress is null ? null : share => progress.Report(new("likelihoods", share)), stop);
        var (encoder, decoder) = (BoltzmannGenerator.Numbers(likelihood.Encoder), BoltzmannGenerator.Numbers(likelihood.Decoder));
        return new(encoder, decoder, BoltzmannGenerator.Numbers(likelihood.Reconstruction))
        {
            EncoderOrientation = Orientation.Of(likelihood.EncoderSign),
            DecoderOrientation = Orientation.Of(likelihood.DecoderSign),
        };
    }
}
