using FFF.Evaluation;
using FFF.Evaluation.Boltzmann;
using FFF.Flows;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations;

/// <summary>What tells whether a free-form flow is one-to-one, so that its likelihoods are exact, in words.</summary>
internal static class Folding
{
    /// <summary>A share of folded points from which on a likelihood is doubted.</summary>
    private const double LargestShare = 0.01;

    /// <summary>Nats by which two likelihoods may differ in any dimension, and for each dimension.</summary>
    private const double SmallestDisagreement = 0.2;
    private const double DisagreementOfDimension = 0.05;

    /// <summary>Rows of a table; none for flows that are one-to-one by construction.</summary>
    /// <param name="encoder">At the data.</param>
    /// <param name="decoder">At the data's latents.</param>
    /// <param name="mass">Of the encoder's density.</param>
    public static IEnumerable<(string Name, string Value)> Rows(Orientation? encoder, Orientation? decoder, EncoderMass? mass)
    {
        if (encoder is not null && decoder is not null)
        {
            yield return ("folded", $"encoder {Percent(encoder.DoubtfulShare)}, decoder {Percent(decoder.DoubtfulShare)} of the data (the determinant has the "
                + "other sign, or is near-singular)");
        }

        if (mass is not null)
        {
            yield return ("encoder's mass", $"{Of(mass.OnSamples)} by the flow's samples{(mass.Around is null ? "" : $", {Of(mass.Around)} around the data")} "
                + $"(1 for a normalised density{(mass.IsUncertain ? $", which so wide an error neither shows nor rules out" : "")})");
        }
    }

    /// <summary>The share of points that are folded; null where it is so small that the likelihood is not doubted.</summary>
    public static double? Share(Orientation? orientation) => orientation is { DoubtfulShare: > LargestShare and var share } ? share : null;

    /// <summary>What speaks against trusting the likelihoods.</summary>
    /// <param name="encoder">At the data.</param>
    /// <param name="decoder">At the data's latents.</param>
    /// <param name="mass">Of the encoder's density; null where it is not estimated.</param>
    /// <param name="data">What the points are called.</param>
    public static IEnumerable<string> Doubts(Orientation? encoder, Orientation? decoder, EncoderMass? mass, string data = "the data")
    {
        foreach (var (name, orientation) in new[] { ("encoder", encoder), ("decoder", decoder) })
        {
            if (Share(orientation) is { } share)
            {
                yield return $"The {name} folds: at {Percent(share)} of {data} its determinant has another sign than at most, "
                    + "or is near-singular. The likelihood by it is not exact there.";
            }
        }

        if (mass?.Doubt() is { } doubt)
        {
            yield return doubt;
        }
    }

    /// <summary>What is said where encoder and decoder tell different likelihoods, as where β is too small.</summary>
    /// <param name="nll">By the encoder, in nats.</param>
    /// <param name="nllDecoder">By the decoder.</param>
    /// <param name="dimension">The dimension of what the density lives on.</param>
    public static IEnumerable<string> Disagreement(double nll, double nllDecoder, long dimension)
    {
        var most = MostDisagreement(dimension);
        if (Math.Abs(nll - nllDecoder) is var difference && difference > most)
        {
            yield return $"The likelihoods by encoder and decoder are {Number(difference, 3)} nats apart, more than {Number(most, 3)}: "
                + "the networks are not each other's inverse where the data are. The larger NLL is the one to go by; "
                + "a larger β (objective.beta) or longer training brings them together.";
        }
    }

    /// <summary>What is said of a likelihood that is spurious: encoder and decoder tell different ones, or it tells more than is reconstructed.</summary>
    /// <param name="nll">By the encoder, in nats.</param>
    /// <param name="nllDecoder">By the decoder.</param>
    /// <param name="judged">The larger of both, with what is told more finely than it is reconstructed (<see cref="JudgedNll"/>).</param>
    /// <param name="dimension">The dimension of what the density lives on.</param>
    public static IEnumerable<string> Spurious(double nll, double nllDecoder, double judged, long dimension)
    {
        foreach (var doubt in Disagreement(nll, nllDecoder, dimension))
        {
            yield return doubt;
        }

        if (judged - Math.Max(nll, nllDecoder) is var excess && excess > MostDisagreement(dimension))
        {
            yield return $"The reconstruction is as coarse as what the likelihood tells: up to {Number(excess, 3)} nats of it are spurious, more than "
                + $"{Number(MostDisagreement(dimension), 3)}. A larger β (objective.beta) or longer training lowers the reconstruction error.";
        }
    }

    /// <summary>By how many nats two likelihoods may differ.</summary>
    /// <param name="dimension">The dimension of what the density lives on.</param>
    public static double MostDisagreement(long dimension) => Math.Max(SmallestDisagreement, DisagreementOfDimension * dimension);

    private static string Of(MeanEstimate mass) => Estimate(mass.Value, mass.StandardError, 3);
}
