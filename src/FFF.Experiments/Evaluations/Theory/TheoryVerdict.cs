using System.Text.Json.Serialization;
using FFF.Evaluation.Theory;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations.Theory;

/// <summary>Whether β is large enough.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BetaVerdict>))]
internal enum BetaVerdict
{
    /// <summary>The networks are not each other's inverse where the data are.</summary>
    [JsonStringEnumMemberName("too_small")]
    TooSmall,

    /// <summary>They are, as far as it matters.</summary>
    [JsonStringEnumMemberName("enough")]
    Enough,

    /// <summary>They are so by far: less would do.</summary>
    [JsonStringEnumMemberName("larger_than_needed")]
    LargerThanNeeded,
}

/// <summary>What follows from the numbers of the evaluation theory.</summary>
/// <param name="Beta">Whether β is large enough.</param>
/// <param name="SpuriousNats">By how many nats at most the likelihood by the encoder may be too high (<see cref="SpreadBound"/>).</param>
/// <param name="Reasons">What the verdict is for, in words.</param>
internal sealed record TheoryVerdict(BetaVerdict Beta, double SpuriousNats, IReadOnlyList<string> Reasons)
{
    /// <summary>
    /// From so large a share of the exact gradient on, β is too small: the surrogate leads elsewhere.
    /// </summary>
    public const double LargestBias = 0.25;

    /// <summary>So small an error is lost in that of any batch: β is larger than it need be, if nothing else asks for it.</summary>
    public const double NegligibleBias = 0.01;

    /// <summary>From so large a share of rows on that share their code, β is too small.</summary>
    public const double LargestShare = 0.01;

    /// <summary>A share of the disagreement of likelihoods that is allowed, below which it is negligible.</summary>
    private const double Negligible = 0.1;

    /// <summary>An estimate counts as above or below a bound where so many standard errors are, too.</summary>
    private const double StandardErrors = 2;

    /// <summary>The verdict.</summary>
    /// <param name="numbers">What was measured.</param>
    public static TheoryVerdict Of(TheoryNumbers numbers)
    {
        var most = Folding.MostDisagreement(numbers.Dimension);
        var difference = Math.Abs(numbers.Nll - numbers.NllDecoder);
        var spurious = Math.Max(numbers.Slack, numbers.Codes?.Nats ?? 0);
        List<string> reasons = [];
        if (numbers.Gradient is { } gradient && gradient.Relative.Value - (StandardErrors * gradient.Relative.StandardError) > LargestBias)
        {
            reasons.Add($"the surrogate's gradient is {Percent(gradient.Relative.Value)} away from the exact one, more than {Percent(LargestBias)}");
        }

        if (numbers.Gradient is null && numbers.InverseError > LargestBias)
        {
            reasons.Add($"J_f J_g is {Percent(numbers.InverseError)} away from 1, more than {Percent(LargestBias)}");
        }

        if (numbers.Codes is { } codes && codes.Share - (StandardErrors * codes.StandardError) > LargestShare)
        {
            reasons.Add($"{Percent(codes.Share)} of the rows share their code with another point, more than {Percent(LargestShare)}");
        }

        if (difference > most)
        {
            reasons.Add($"the likelihoods by encoder and decoder are {Number(difference, 3)} nats apart, more than {Number(most, 3)}");
        }

        if (reasons.Count > 0)
        {
            return new(BetaVerdict.TooSmall, spurious, reasons);
        }

        var isSmall = numbers.InverseError < NegligibleBias && (numbers.Codes?.Folded ?? 0) == 0
            && Math.Max(difference, numbers.Slack) < Negligible * most
            && (numbers.Gradient is not { } bias || bias.Relative.Value + (StandardErrors * bias.Relative.StandardError) < NegligibleBias);
        return isSmall
            ? new(BetaVerdict.LargerThanNeeded, spurious, [$"gradient and Jacobians are within {Percent(NegligibleBias)} of those of exact inverses"])
            : new(BetaVerdict.Enough, spurious, ["gradient, codes and likelihoods are within their bounds"]);
    }

    /// <summary>It in words.</summary>
    /// <param name="beta">β.</param>
    public string Words(double beta) => $"β = {Number(beta)} is {Beta switch
    {
        BetaVerdict.TooSmall => "too small, or the training too short",
        BetaVerdict.Enough => "enough",
        _ => "larger than it need be",
    }}: {string.Join("; ", Reasons)}. The likelihood by the encoder may be too high by up to {Number(SpuriousNats, 2)} nats.";
}

/// <summary>What the verdict is made of.</summary>
/// <param name="Dimension">S, the dimension of what the density lives on.</param>
/// <param name="Nll">By the encoder, in nats.</param>
/// <param name="NllDecoder">By the decoder.</param>
/// <param name="Slack">β‖x − g(f(x))‖².</param>
/// <param name="InverseError">‖J_f J_g − 1‖/√S, the median over rows.</param>
/// <param name="Gradient">The bias of the surrogate's gradient; null where it is not known.</param>
/// <param name="Codes">Rows that share their code; null where that is not known.</param>
internal sealed record TheoryNumbers(
    long Dimension, double Nll, double NllDecoder, double Slack, double InverseError, GradientBias? Gradient, SecondPreimages? Codes);
