using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Evaluation.Boltzmann;

/// <summary>
/// Importance weights w_i = exp(−U(x_i)) / q(x_i) of samples x_i ~ q, i = 1...N, which turn means under q into means under
/// exp(−U)/Z. Their own mean estimates Z without bias (Noé, Olsson, Köhler and Wu, "Boltzmann generators", Science 2019).
/// </summary>
public sealed class ImportanceWeights
{
    private const int Resamples = 200;

    /// <summary>exp(log w − max log w): whatever the energies' level, these can be summed.</summary>
    private readonly double[] _scaled;

    private ImportanceWeights(double[] scaled, double largestLog)
    {
        _scaled = scaled;
        var sum = scaled.Sum();
        Normalized = [.. scaled.Select(w => w / sum)];
        LogSum = largestLog + Math.Log(sum);
    }

    /// <summary>w_i / Σ_j w_j.</summary>
    public IReadOnlyList<double> Normalized { get; }

    /// <summary>log (1/N) Σ_i w_i, an estimate of log Z.</summary>
    public double LogMean => LogSum - Math.Log(_scaled.Length);

    /// <summary>log Σ_i w_i.</summary>
    internal double LogSum { get; }

    /// <summary>log w_i; minus infinity for samples of weight zero.</summary>
    internal IReadOnlyList<double> Logarithms => [.. Normalized.Select(w => Math.Log(w) + LogSum)];

    /// <summary>Kish's effective sample size, (Σw)² / Σw²: how many equally weighted samples would tell as much.</summary>
    public double EffectiveSamples => 1 / Normalized.Sum(w => w * w);

    /// <summary>The same, divided by N.</summary>
    public double EffectiveShare => EffectiveSamples / Normalized.Count;

    /// <summary>The largest w_i / Σ_j w_j. Where a single sample has much of the weight, the effective sample size is an overestimate.</summary>
    public double LargestShare => Normalized.Max();

    /// <summary>Weights by their logarithms; those that are no number, or infinite, count as samples of weight zero.</summary>
    /// <param name="logWeights">log w_i, N of them.</param>
    /// <returns>Null where no weight is above zero.</returns>
    public static ImportanceWeights? Of(IReadOnlyList<double> logWeights)
    {
        var largest = logWeights.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        return double.IsNaN(largest) ? null : new([.. logWeights.Select(log => double.IsFinite(log) ? Math.Exp(log - largest) : 0)], largest);
    }

    /// <summary>
    /// The standard error of <see cref="LogMean"/> by the bootstrap: the standard deviation over 200 resamples of the N
    /// weights. It knows nothing of regions that q never reaches.
    /// </summary>
    /// <param name="seed">The same seed resamples the same.</param>
    /// <returns>Infinite where a resample has no weight above zero.</returns>
    public double LogMeanStandardError(long seed)
    {
        using var scope = NewDisposeScope();
        var weights = tensor(_scaled, float64);
        var logMeans = new double[Resamples];
        for (var r = 0; r < Resamples; r++)
        {
            using var resample = NewDisposeScope();
            using var random = NamedSeed.Stream(seed, "boltzmann/bootstrap", r);
            logMeans[r] = Math.Log(weights.index_select(0, random.Integers(0, _scaled.Length, [_scaled.Length])).mean().item<double>());
        }

        var mean = logMeans.Average();
        return double.IsFinite(mean) ? Math.Sqrt(logMeans.Sum(value => Math.Pow(value - mean, 2)) / (Resamples - 1)) : double.PositiveInfinity;
    }
}
