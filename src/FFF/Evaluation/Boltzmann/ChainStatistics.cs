namespace FFF.Evaluation.Boltzmann;

/// <summary>What parallel Markov chains tell about the mean of a quantity, and how far it can be trusted.</summary>
/// <param name="Mean">The mean over all draws.</param>
/// <param name="Std">The standard deviation over all draws.</param>
/// <param name="RHat">Split R̂: near 1 where all halves of chains agree; above 1.05 they have not mixed. NaN where a chain has fewer than four draws.</param>
/// <param name="AutocorrelationTime">The integrated autocorrelation time τ, in draws of a chain. NaN as above.</param>
/// <param name="EffectiveSamples">How many independent draws would tell as much: draws / τ. NaN as above.</param>
public sealed record ChainStatistics(double Mean, double Std, double RHat, double AutocorrelationTime, double EffectiveSamples)
{
    /// <summary>The standard error of the mean, Std / √EffectiveSamples.</summary>
    public double StandardError => Std / Math.Sqrt(EffectiveSamples);

    /// <summary>
    /// Statistics of chains by Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), section 11.4: with chains split into
    /// halves of n draws, W the mean variance in a half and B/n the variance of the halves' means, the variance is
    /// v = (n−1)/n W + B/n and R̂ = √(v/W). Autocorrelations ρ_t = 1 − (W − mean autocovariance at t)/v are summed by Geyer's
    /// (1992) initial monotone sequence: τ = −1 + 2 Σ_k (ρ_{2k} + ρ_{2k+1}), as long as the pairs are positive, each at most its predecessor.
    /// </summary>
    /// <param name="chains">The draws of each chain, all of the same number.</param>
    public static ChainStatistics Of(IReadOnlyList<double[]> chains)
    {
        var all = chains.SelectMany(chain => chain).ToArray();
        var mean = all.Average();
        var std = Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, all.Length - 1));
        var n = chains[0].Length / 2;
        if (n < 2)
        {
            return new(mean, std, double.NaN, double.NaN, double.NaN);
        }

        double[][] halves = [.. chains.SelectMany(chain => new[] { Centred(chain[..n]), Centred(chain[^n..]) })];
        double[] means = [.. chains.SelectMany(chain => new[] { chain[..n].Average(), chain[^n..].Average() })];
        var within = Autocovariance(halves, 0) * n / (n - 1);
        var between = means.Sum(m => Math.Pow(m - means.Average(), 2)) / (means.Length - 1);
        var variance = (n - 1.0) / n * within + between;
        if (!(within > 0))
        {
            // Every chain stands still: they agree only where all stand at the same place.
            return new(mean, std, between > 0 ? double.PositiveInfinity : 1, double.NaN, double.NaN);
        }

        var time = AutocorrelationTimeOf(lag => 1 - (within - Autocovariance(halves, lag) * n / (n - 1)) / variance, n, halves.Length);
        return new(mean, std, Math.Sqrt(variance / within), time, 2.0 * n * chains.Count / time);
    }

    private static double AutocorrelationTimeOf(Func<int, double> correlation, int n, int halves)
    {
        var (sum, previous) = (0.0, double.PositiveInfinity);
        for (var lag = 0; lag + 1 < n; lag += 2)
        {
            // The first is 1 by definition; its estimate is not.
            var pair = (lag == 0 ? 1 : correlation(lag)) + correlation(lag + 1);
            if (pair <= 0)
            {
                break;
            }

            previous = Math.Min(previous, pair);
            sum += previous;
        }

        // Alternating chains can be better than independent draws, but not without bound.
        return Math.Max(2 * sum - 1, 1 / Math.Log10((double)n * halves));
    }

    /// <summary>x − x̄.</summary>
    internal static double[] Centred(double[] values)
    {
        var mean = values.Average();
        return [.. values.Select(value => value - mean)];
    }

    /// <summary>Mean over the halves of (1/n) Σ_s x_s x_{s+lag}.</summary>
    private static double Autocovariance(double[][] halves, int lag)
    {
        var sum = 0.0;
        foreach (var half in halves)
        {
            for (var s = 0; s + lag < half.Length; s++)
            {
                sum += half[s] * half[s + lag];
            }
        }

        return sum / ((double)halves.Length * halves[0].Length);
    }
}
