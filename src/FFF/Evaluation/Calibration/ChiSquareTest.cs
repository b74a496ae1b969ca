using static TorchSharp.torch;

namespace FFF.Evaluation.Calibration;

/// <summary>Pearson's χ² test of counts in equal bins against the uniform distribution.</summary>
/// <param name="Statistic">χ² = Σ_b (n_b − N/B)² / (N/B).</param>
/// <param name="DegreesOfFreedom">B − 1.</param>
/// <param name="PValue">
/// The probability of a statistic at least as large if all bins are equally likely: Q((B−1)/2, χ²/2), the regularised upper incomplete gamma function.
/// </param>
public sealed record ChiSquareTest(double Statistic, int DegreesOfFreedom, double PValue)
{
    /// <summary>Tests the counts of B ≥ 2 bins, of which each should be expected to hold at least 5.</summary>
    public static ChiSquareTest Of(IReadOnlyList<long> counts)
    {
        var expected = (double)counts.Sum() / counts.Count;
        var statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        return new(statistic, counts.Count - 1, PValueOf(statistic, counts.Count - 1));
    }

    private static double PValueOf(double statistic, int degreesOfFreedom)
    {
        using var scope = NewDisposeScope();
        return special.gammaincc(tensor(degreesOfFreedom / 2.0, float64), tensor(statistic / 2, float64)).item<double>();
    }
}
