using System.Text.Json.Serialization;
using FFF.Evaluation.Boltzmann;

namespace FFF.Datasets.Particles;

/// <summary>How well Markov chains have drawn from a particle system.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Samples">How many samples there are.</param>
/// <param name="Chains">How many chains drew them.</param>
/// <param name="Draws">Draws of each chain.</param>
/// <param name="Thinning">Trajectories from one draw to the next.</param>
/// <param name="LeapfrogSteps">Leapfrog steps of a trajectory.</param>
/// <param name="Temperatures">Those of replica exchange; the samples' is the first.</param>
/// <param name="StepSizes">The frozen step size at each temperature.</param>
/// <param name="Acceptance">The share of trajectories accepted at each temperature.</param>
/// <param name="SwapAcceptance">The share of swaps accepted between neighbouring temperatures.</param>
/// <param name="Energy">Of the energy.</param>
/// <param name="GyrationRadius">Of √(Σ‖x_i − x̄‖²/N), how far the particles are spread.</param>
/// <param name="EnergyHistogram">The energies' distribution.</param>
/// <param name="Device">What it ran on.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record SamplingReport(
    string System, long Samples, int Chains, int Draws, int Thinning, int LeapfrogSteps, IReadOnlyList<double> Temperatures, IReadOnlyList<double> StepSizes,
    IReadOnlyList<double> Acceptance, IReadOnlyList<double> SwapAcceptance, ChainStatistics Energy, ChainStatistics GyrationRadius,
    EnergyHistogram EnergyHistogram, string Device, double Seconds)
{
    private const double LargestRHat = 1.05;
    private const double SmallestShare = 0.1;

    /// <summary>How alike the samples are, by their energy; where chains are too short to tell, each counts as one sample.</summary>
    [JsonIgnore]
    public ChainCorrelation Correlation => new(double.IsNaN(Energy.EffectiveSamples) ? Chains : Energy.EffectiveSamples, (long)Chains * Draws);

    /// <summary>What speaks against trusting the samples, in words; empty where nothing does.</summary>
    public IEnumerable<string> Doubts()
    {
        foreach (var (name, statistics) in new[] { ("energy", Energy), ("gyration radius", GyrationRadius) })
        {
            if (!(statistics.RHat <= LargestRHat))
            {
                yield return FormattableString.Invariant(
                    $"The chains have not mixed: split R-hat of the {name} is {statistics.RHat:F3}, and should be below {LargestRHat}. ")
                    + "Give more samples, so that the chains run longer.";
            }
            else if (!(statistics.EffectiveSamples >= SmallestShare * Samples))
            {
                yield return FormattableString.Invariant(
                    $"The samples resemble each other: by their {name}, {Samples} of them are worth {statistics.EffectiveSamples:F0} independent ones. ")
                    + "Means over them are less precise than their number suggests.";
            }
        }
    }
}

/// <summary>How many energies lie in each of equally wide bins.</summary>
/// <param name="Low">The lowest energy.</param>
/// <param name="High">The upper end of the last bin: the 99.9 % quantile, above which energies are counted in it.</param>
/// <param name="Counts">The number in each bin.</param>
public sealed record EnergyHistogram(double Low, double High, IReadOnlyList<long> Counts)
{
    private const int Bins = 20;
    private const double TopQuantile = 0.999;

    /// <summary>Counts energies.</summary>
    public static EnergyHistogram Of(IEnumerable<double> energies)
    {
        var sorted = energies.Order().ToArray();
        var (low, high) = (sorted[0], sorted[(int)(TopQuantile * (sorted.Length - 1))]);
        var counts = new long[Bins];
        foreach (var energy in sorted)
        {
            counts[high > low ? Math.Min((int)((energy - low) / (high - low) * Bins), Bins - 1) : 0]++;
        }

        return new(low, high, counts);
    }
}
