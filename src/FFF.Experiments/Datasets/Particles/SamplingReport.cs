using System.Text.Json.Serialization;
using FFF.Evaluation.Boltzmann;
using FFF.Formats;
using static System.FormattableString;

namespace FFF.Datasets.Particles;

/// <summary>How well Markov chains have drawn from a particle system.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Samples">How many samples there are.</param>
/// <param name="Chains">How many chains drew them.</param>
/// <param name="Draws">Draws of each chain.</param>
/// <param name="Thinning">Trajectories from one draw to the next.</param>
/// <param name="LeapfrogSteps">Leapfrog steps of a trajectory.</param>
/// <param name="Lambdas">Where replicas are between a Gaussian (0) and the system (1), from which the samples are.</param>
/// <param name="StepSizes">The frozen step size at each of them above 0; at 0 draws are independent.</param>
/// <param name="Acceptance">The share of trajectories accepted at each of them above 0.</param>
/// <param name="SwapAcceptance">The share of swaps accepted between neighbours.</param>
/// <param name="Frozen">How many chains never moved from the first draw to the last.</param>
/// <param name="Energy">Of the energy.</param>
/// <param name="GyrationRadius">Of √(Σ‖x_i − x̄‖²/N), how far the particles are spread.</param>
/// <param name="Virial">Of x·∇U(x), whose mean is <paramref name="Dimension"/> for samples of the system.</param>
/// <param name="Dimension">(N − 1)·d.</param>
/// <param name="LogZ">log Z on the mean-free subspace, by Bennett's acceptance ratio between the replicas.</param>
/// <param name="EnergyHistogram">The energies' distribution.</param>
/// <param name="Device">What it ran on.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record SamplingReport(
    string System, long Samples, int Chains, int Draws, int Thinning, int LeapfrogSteps, IReadOnlyList<double> Lambdas, IReadOnlyList<double> StepSizes,
    IReadOnlyList<double> Acceptance, IReadOnlyList<double> SwapAcceptance, int Frozen, ChainStatistics Energy, ChainStatistics GyrationRadius,
    ChainStatistics Virial, int Dimension, MeanEstimate LogZ, EnergyHistogram EnergyHistogram, string Device, double Seconds)
{
    private const double LargestRHat = 1.05;
    private const double SmallestShare = 0.1;
    private const double SmallestSwap = 0.02;

    /// <summary>How alike the samples are, by their energy; where chains are too short to tell, each counts as one sample.</summary>
    [JsonIgnore]
    public ChainCorrelation Correlation => new(double.IsNaN(Energy.EffectiveSamples) ? Chains : Energy.EffectiveSamples, (long)Chains * Draws);

    /// <summary>⟨U⟩ + log Z, in nats, by the chains alone: the limit of a flow's negative log-likelihood.</summary>
    [JsonIgnore]
    public MeanEstimate Entropy => new MeanEstimate(Energy.Mean, Energy.StandardError) + LogZ;

    /// <summary>Why the samples are none of the system, in words; empty where nothing speaks against it.</summary>
    public IEnumerable<string> Faults()
    {
        if (Frozen > 0)
        {
            yield return $"{NumberText.Counted(Frozen, "chain")} of {Chains} never moved: none of the moves between draws was accepted.";
        }

        foreach (var (name, statistics) in Quantities.Where(quantity => !(quantity.Of.RHat <= LargestRHat)))
        {
            yield return Invariant($"The chains have not mixed: split R-hat of the {name} is {statistics.RHat:F3}, and should be below {LargestRHat}.");
        }

        if (VirialTheorem.IsOff(Virial.Mean, Virial.StandardError, Dimension))
        {
            yield return Invariant($"The virial ⟨x·∇U⟩ is {Virial.Mean:F2} ± {Virial.StandardError:F2}, and should be (N−1)·d = {Dimension}.");
        }

        foreach (var (r, swaps) in SwapAcceptance.Index().Where(swap => !(swap.Item >= SmallestSwap)))
        {
            yield return Invariant($"Copies hardly pass from λ = {Lambdas[r]:G3} to {Lambdas[r + 1]:G3}: {swaps:P1} of the swaps are accepted.");
        }
    }

    /// <summary>What makes means over the samples less precise than their number suggests, in words; empty where nothing does.</summary>
    public IEnumerable<string> Doubts()
    {
        foreach (var (name, statistics) in Quantities.Where(quantity => quantity.Of.EffectiveSamples < SmallestShare * Samples))
        {
            yield return Invariant(
                $"The samples resemble each other: by their {name}, {Samples} of them are worth {statistics.EffectiveSamples:F0} independent ones. ")
                + "Means over them are less precise than their number suggests.";
        }
    }

    private IEnumerable<(string Name, ChainStatistics Of)> Quantities => [("energy", Energy), ("gyration radius", GyrationRadius), ("virial", Virial)];
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
