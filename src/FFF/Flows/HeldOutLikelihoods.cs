using System.Text.Json.Serialization;

namespace FFF.Flows;

/// <summary>The likelihoods of validation rows, as what moves β by itself sees them.</summary>
/// <param name="Nll">−log p(x) by the encoder, in nats.</param>
/// <param name="Gap">How many nats it is from that by the decoder.</param>
/// <param name="Fall">How many nats it fell since the validation before, for a whole run; negative where it rose, null at the first.</param>
/// <param name="Progress">The share of the run that was done.</param>
public readonly record struct HeldOutLikelihoods(double Nll, double Gap, double? Fall, double Progress)
{
    /// <summary>The gap at the validation before; null at the first.</summary>
    public double? LastGap { get; init; }

    /// <summary>The smaller of both: a moving average of weights that still move fast sets likelihoods apart for a while, too.</summary>
    [JsonIgnore]
    public double LastingGap => Math.Min(Gap, LastGap ?? Gap);

    /// <summary>Those of a validation; the ones before where its likelihoods are no numbers.</summary>
    /// <param name="before">Those of the validation before; null at the first.</param>
    /// <param name="nll">−log p(x) by the encoder.</param>
    /// <param name="nllDecoder">The same by the decoder.</param>
    /// <param name="progress">The share of the run that is done.</param>
    internal static HeldOutLikelihoods? After(HeldOutLikelihoods? before, double nll, double nllDecoder, double progress)
    {
        if (!double.IsFinite(nll) || !double.IsFinite(nllDecoder))
        {
            return before;
        }

        var fall = before is { } last && progress > last.Progress ? (last.Nll - nll) / (progress - last.Progress) : (double?)null;
        return new(nll, Math.Abs(nll - nllDecoder), fall, progress) { LastGap = before?.Gap };
    }
}
