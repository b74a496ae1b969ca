using FFF.Flows;
using static TorchSharp.torch;

namespace FFF.Evaluations.Nll;

/// <summary>Mean likelihoods of some samples, in nats.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Nll">−log p(x) through the encoder's Jacobian.</param>
/// <param name="NllStandardError">Of that mean; null for a single sample.</param>
/// <param name="NllDecoder">The same through the decoder's Jacobian.</param>
/// <param name="NllDecoderStandardError">Of that mean; null for a single sample.</param>
internal sealed record NllMeans(long Samples, double Nll, double? NllStandardError, double NllDecoder, double? NllDecoderStandardError)
{
    /// <summary>The means over samples.</summary>
    /// <param name="encoder">log p(x) of each through the encoder's Jacobian, [N].</param>
    /// <param name="decoder">The same through the decoder's.</param>
    public static NllMeans Of(Tensor encoder, Tensor decoder) => new(
        encoder.shape[0], -encoder.mean().item<double>(), StandardError(encoder), -decoder.mean().item<double>(), StandardError(decoder));

    /// <summary>The means over those of the samples at some places.</summary>
    /// <param name="each">The likelihoods.</param>
    /// <param name="places">The places, int64, at least one.</param>
    public static NllMeans Of(Likelihood each, Tensor places) => Of(each.Encoder.index_select(0, places), each.Decoder.index_select(0, places));

    /// <summary>Of the mean of independent values, [N]; null for a single one.</summary>
    public static double? StandardError(Tensor values) => values.shape[0] < 2 ? null : values.std().item<double>() / Math.Sqrt(values.shape[0]);
}
