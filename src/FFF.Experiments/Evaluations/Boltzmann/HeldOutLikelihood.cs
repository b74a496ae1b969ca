using FFF.Flows;
using FFF.Numerics;
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

    /// <summary>Evaluates them in batches.</summary>
    public static HeldOutLikelihood Of(DensityModel flow, BoltzmannData data, BoltzmannEvaluation options, IProgress<SamplingProgress>? progress,
        CancellationToken stop)
    {
        var (encoder, decoder, reconstruction) = (new List<double>(), new List<double>(), new List<double>());
        var (encoderSigns, decoderSigns) = (new List<Tensor>(), new List<Tensor>());
        using var scope = NewDisposeScope();
        var rows = options.RowsWithDensity(data.Shape, flow.Device);
        var count = data.HeldOut.shape[0];
        foreach (var (first, size) in RowChunks.Of(count, rows))
        {
            stop.ThrowIfCancellationRequested();
            using var batch = NewDisposeScope();
            var likelihood = flow.LogLikelihood(new Samples(data.HeldOut.narrow(0, first, size), null));
            encoder.AddRange(BoltzmannGenerator.Numbers(likelihood.Encoder));
            decoder.AddRange(BoltzmannGenerator.Numbers(likelihood.Decoder));
            reconstruction.AddRange(BoltzmannGenerator.Numbers(likelihood.Reconstruction));
            if (likelihood is { EncoderSign: { } ofEncoder, DecoderSign: { } ofDecoder })
            {
                encoderSigns.Add(ofEncoder.MoveToOuterDisposeScope());
                decoderSigns.Add(ofDecoder.MoveToOuterDisposeScope());
            }

            progress?.Report(new("likelihoods", (double)(first + size) / count));
        }

        Orientation? Of(List<Tensor> signs) => signs.Count == 0 ? null : Orientation.Of(cat(signs, 0));
        return new([.. encoder], [.. decoder], [.. reconstruction]) { EncoderOrientation = Of(encoderSigns), DecoderOrientation = Of(decoderSigns) };
    }
}
