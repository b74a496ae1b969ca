using FFF.Evaluations.Boltzmann;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations.Energies;

/// <summary>What speaks against trusting what energies of data tell, in words.</summary>
internal static class EnergiesDoubts
{
    private const double StandardErrors = 3;

    /// <summary>By such a factor the spread differs from that of springs, ½ (kT)² for each dimension, where the unit or the system is another.</summary>
    private const double OddSpread = 2;

    /// <summary>Where energies and likelihoods have at most so much to do with each other, they may be of different rows.</summary>
    private const double SmallestCorrelation = 0.2;

    /// <summary>Where they have so much to do with each other, a slope that is off by this factor is one of units.</summary>
    private const double LargeCorrelation = 0.9;
    private const double OddSlope = 1.5;

    /// <summary>All of them; empty where there are none.</summary>
    public static IEnumerable<string> Of(EnergiesReport report)
    {
        if (report.NotFinite > 0)
        {
            yield return $"{Counted(report.NotFinite, "row")} of {Count(report.Rows + report.NotFinite)} have an energy or a likelihood that is not "
                + "finite, and are left out: log Z and the divergence lack them.";
        }

        foreach (var doubt in Folding.Doubts(report.EncoderOrientation, report.DecoderOrientation, null)
            .Concat(Folding.Disagreement(report.Encoder.Nll.Value, report.Decoder.Nll.Value, report.Dimension))
            .Concat(OfWeights(report)).Concat(OfEnergies(report)).Concat(OfLine(report)).Concat(OfBridge(report)))
        {
            yield return doubt;
        }
    }

    private static IEnumerable<string> OfWeights(EnergiesReport report)
    {
        foreach (var (name, side) in new[] { ("encoder", report.Encoder), ("decoder", report.Decoder) })
        {
            if (side.LargestShare > BoltzmannDoubts.LargestWeight || side.EffectiveSamples < BoltzmannDoubts.FewestEffective)
            {
                yield return $"By the {name} {Count(report.Rows)} data are worth {Number(side.EffectiveSamples, 3)}, and one has "
                    + $"{Percent(side.LargestShare)} of all weight: log Z by the data alone is too large, the divergence too small and the entropy too large. "
                    + "Train longer, or hold out more.";
            }
        }

        if (report.IndependentRows < BoltzmannDoubts.FewestEffective)
        {
            yield return $"Energies of neighbouring rows are so alike that {Count(report.Rows)} are worth {Number(report.IndependentRows, 3)} independent "
                + "ones: errors are themselves uncertain. Hold out more, or run the dynamics longer.";
        }
    }

    private static IEnumerable<string> OfEnergies(EnergiesReport report)
    {
        var springs = Math.Sqrt(0.5 * report.Dimension);
        if (report.EnergyDeviation > OddSpread * springs || report.EnergyDeviation < springs / OddSpread)
        {
            yield return $"Energies spread by {Number(report.EnergyDeviation, 3)} kT, but springs in as many dimensions by {Number(springs, 3)} kT. "
                + "Is the temperature in the energies' unit, and are they potential energies of these particles alone, without a solvent's?";
        }
    }

    private static IEnumerable<string> OfLine(EnergiesReport report)
    {
        var (slope, correlation) = (report.Encoder.Slope.Value, report.Encoder.Correlation);
        if (!(correlation > SmallestCorrelation))
        {
            yield return $"Energies and likelihoods have hardly to do with each other (correlation {Fixed(correlation, 2)}): either the flow has not learnt "
                + "the data, or the energies are of other rows, or of more than these particles.";
        }
        else if (correlation > LargeCorrelation && slope is > OddSlope or < 1 / OddSlope)
        {
            yield return $"−log q follows the energies (correlation {Fixed(correlation, 2)}), but with the slope {Fixed(slope, 2)}: the data look like those "
                + $"of {Fixed(1 / slope, 2)} kT. Is the temperature that of the data, in the energies' unit?";
        }
    }

    private static IEnumerable<string> OfBridge(EnergiesReport report)
    {
        if (report.Bridge is { } bridge && bridge.LogZ - report.Decoder.LogZ is var gap && Math.Abs(gap.Value) > StandardErrors * gap.StandardError)
        {
            yield return $"log Z by the data alone and by data and samples are {Fixed(Math.Abs(gap.Value), 3)} apart, more than {StandardErrors} standard "
                + "errors: the data do not reach where the flow puts mass, or the other way round. Trust neither before they agree.";
        }
    }
}
