using FFF.Evaluation.Boltzmann;
using static System.FormattableString;

namespace FFF.Evaluations.Boltzmann;

/// <summary>What an evaluation of a Boltzmann generator leaves out, and what speaks against trusting it, in words.</summary>
internal static class BoltzmannDoubts
{
    /// <summary>The share of all weight from which on one sample has too much of it.</summary>
    internal const double LargestWeight = 0.1;

    /// <summary>Nothing is told by fewer.</summary>
    internal const double FewestEffective = 30;

    private const double StandardErrors = 3;

    /// <summary>What was not evaluated, and why.</summary>
    public static IEnumerable<string> LeftOut(BoltzmannReport report)
    {
        if (report.System is null)
        {
            yield return "energies, importance weights, effective sample size, log Z, and the limit of the NLL: "
                + "they need the energy, and the data name none: data.system names one of the literature, data.energy gives one of your own. "
                + "By energies of the data's rows alone, data.energies, eval-energies tells log Z and the distance to the flow.";
            yield break;
        }

        if (report.Limit is null)
        {
            yield return "the limit of the NLL and the distance to it, as log Z was neither estimated by annealing nor given.";
        }

        if (report.Weights is null)
        {
            yield return "whatever is reweighted: no importance weight is above zero, as no sample has a finite energy.";
        }
    }

    /// <summary>What speaks against trusting the results; empty where nothing does.</summary>
    public static IEnumerable<string> Of(BoltzmannReport report)
    {
        if (!double.IsFinite(report.NllEncoder.Normalized + report.NllDecoder.Normalized + report.Reconstruction.Value))
        {
            yield return "The likelihood or the reconstruction of some of the held-out data is not finite: training has diverged there.";
        }

        if (report.Samples.NotFinite > 0)
        {
            yield return Invariant($"{report.Samples.NotFinite} of {report.Samples.Count} samples, or their densities, are not finite. ")
                + "They have no weight, and distributions leave them out.";
        }

        foreach (var doubt in Folding.Doubts(report.EncoderOrientation, report.DecoderOrientation, report.Mass)
            .Concat(Folding.Disagreement(report.NllEncoder.Normalized, report.NllDecoder.Normalized, (report.Particles - 1) * report.Dimensions)))
        {
            yield return doubt;
        }

        if (report.Weights is { LargestShare: > LargestWeight } weights)
        {
            yield return Invariant($"One sample has {weights.LargestShare:P0} of all weight: ")
                + "do not trust the effective sample size, log Z and what is reweighted. Draw more samples, or train longer.";
        }

        if (report.Limit is not { } limit)
        {
            yield break;
        }

        if (limit.EffectiveShare * limit.Chains is { } worth && worth < FewestEffective)
        {
            yield return Invariant($"Annealing: {limit.Chains} chains are worth {worth:F1}, ")
                + "so that log Z by them and the limit are not to be trusted. More steps help most, then more chains.";
        }

        foreach (var doubt in limit.Exchange is { } exchange ? OfExchange(limit, exchange) : [])
        {
            yield return doubt;
        }

        foreach (var (name, distance) in new[] { ("encoder", limit.DistanceEncoder), ("decoder", limit.DistanceDecoder) })
        {
            if (distance.Value < -StandardErrors * distance.StandardError)
            {
                yield return Invariant($"By the {name} the NLL lies {-distance.Value:F3} below its limit. Either the reconstruction is bad, ")
                    + $"and the NLL spurious, or the data are no samples of {report.System}, or log Z is wrong.";
            }
        }
    }

    /// <summary>A reference value is believed where two methods agree on it.</summary>
    private static IEnumerable<string> OfExchange(EntropyLimit limit, ExchangeEstimate exchange)
    {
        foreach (var fault in exchange.Faults)
        {
            yield return $"Replica exchange, the second estimate of the limit: {fault}";
        }

        if (Differ(limit.LogZ, exchange.LogZ))
        {
            yield return Invariant($"By annealing log Z is {limit.LogZ.Value:F3} ± {limit.LogZ.StandardError:F3}, by replica exchange ")
                + Invariant($"{exchange.LogZ.Value:F3} ± {exchange.LogZ.StandardError:F3}: do not trust the limit. ")
                + "More chains, and annealing steps, may make them agree.";
        }

        if (Differ(limit.MeanEnergy, exchange.MeanEnergy))
        {
            yield return Invariant($"The data's mean energy is {limit.MeanEnergy.Value:F3} ± {limit.MeanEnergy.StandardError:F3}, ")
                + Invariant($"but that of replica exchange {exchange.MeanEnergy.Value:F3} ± {exchange.MeanEnergy.StandardError:F3}: ")
                + "the data are no fair samples of the system, and the entropy by them is not its own, which is "
                + Invariant($"{exchange.Entropy.Value:F3} ± {exchange.Entropy.StandardError:F3}.");
        }
    }

    private static bool Differ(MeanEstimate one, MeanEstimate other) => one - other is var gap && Math.Abs(gap.Value) > StandardErrors * gap.StandardError;
}
