using FFF.Evaluation.Boltzmann;
using Xunit;

namespace FFF.Tests.Evaluation.Boltzmann;

/// <summary>
/// Springs of stiffness κ in S dimensions, p = N(0, 1/κ), beside q = N(0, s²), with r = κ s²: log Z = ½ S log(2π/κ), KL(p‖q) = ½ S (1/r − 1 + log r),
/// −log q has the slope 1/r against U, and the effective share is (r (2 − r))^(S/2).
/// </summary>
public sealed class ReciprocalWeightsTests
{
    private const int S = 3;
    private const double Stiffness = 2.5;
    private static readonly double LogZ = 0.5 * S * Math.Log(2 * Math.PI / Stiffness);

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.8)]
    [InlineData(1.3)]
    public void GaussiansHaveTheirClosedForms(double ratio)
    {
        var (energies, densities) = Of(Chain(new Random(1), 40_000, 0), ratio);
        var weights = new ReciprocalWeights(energies, densities);
        Near((0.5 * S * Math.Log(2 * Math.PI * ratio / Stiffness)) + (0.5 * S / ratio), weights.Nll);
        Near(LogZ, weights.LogZ);
        Near(0.5 * S * ((1 / ratio) - 1 + Math.Log(ratio)), weights.Divergence(weights.LogZ));
        Near((0.5 * S) + LogZ, weights.Entropy(weights.LogZ));
        Assert.Equal(1 / ratio, weights.Line.Slope.Value, 1e-9);
        Assert.Equal(1, weights.Line.Correlation, 1e-9);
        Assert.Equal(0.5 * S * Math.Log(2 * Math.PI * ratio / Stiffness), weights.Line.Intercept, 1e-9);
        Assert.Equal(Math.Pow(ratio * (2 - ratio), 0.5 * S), weights.EffectiveShare, 0.02);

        // Where q is p, every datum tells log Z and the divergence exactly.
        if (ratio == 1)
        {
            Assert.Equal(LogZ, weights.LogZ.Value, 1e-12);
            Assert.Equal(0, weights.LogZ.Estimate().StandardError, 1e-12);
            Assert.Equal(0, weights.Divergence(weights.LogZ).Estimate().StandardError, 1e-12);
        }

        static void Near(double expected, SeriesEstimate estimate) =>
            Assert.InRange(Math.Abs(estimate.Value - expected), 0, (4 * estimate.Estimate().StandardError) + 1e-9);
    }

    /// <summary>Of frames that follow each other, estimates scatter as their errors say, by far more than those of independent ones.</summary>
    [Fact]
    public void EstimatesScatterAsTheirErrorsSay()
    {
        const int Repetitions = 120;
        var random = new Random(7);
        var estimates = Enumerable.Range(0, Repetitions).Select(_ =>
        {
            // Of a likelihood with noise of its own, so that the slope has an error.
            var (energies, densities) = Of(Chain(random, 2000, 0.9), 0.8);
            var weights = new ReciprocalWeights(energies, [.. densities.Zip(Chain(random, 2000, 0.9), (log, noise) => log + (0.1 * noise[0]))]);
            double[] samples = [.. Chain(random, 500, 0).Select(x => LogWeight(x, 0.8))];
            return ((SeriesEstimate[])[weights.LogZ, weights.Divergence(weights.LogZ), weights.Entropy(weights.LogZ), weights.Line.Slope,
                weights.BridgedLogZ(samples)]).Select(estimate => (estimate.Estimate(), estimate.Influence)).ToArray();
        }).ToArray();
        foreach (var which in Enumerable.Range(0, 5))
        {
            double[] values = [.. estimates.Select(all => all[which].Item1.Value)];
            var scatter = Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (Repetitions - 1));
            var error = estimates.Average(all => all[which].Item1.StandardError);

            // The standard deviation of 120 values is known to 6.5 %, and τ of 2000 frames to as much.
            Assert.InRange(error / scatter, 0.75, 1.25);
            Assert.All(estimates, all => Assert.InRange(all[which].Influence.Average(), -1e-9, 1e-9));
        }
    }

    /// <summary>Data and samples in whatever numbers; without samples of weight, those that count as lost.</summary>
    [Theory]
    [InlineData(4000, 4000, 0)]
    [InlineData(8000, 500, 0)]
    [InlineData(500, 8000, 0)]
    [InlineData(4000, 4000, 0.5)]
    public void TheBridgeIsTheNormaliser(int data, int samples, double lost)
    {
        var squares = Enumerable.Range(0, 20).Average(seed =>
        {
            var random = new Random(seed);
            var (energies, densities) = Of(Chain(random, data, 0), 1.5);

            // q with the share of what is lost on top: as much less dense where the data are.
            var weights = new ReciprocalWeights(energies, [.. densities.Select(log => log + Math.Log(1 - lost))]);
            double[] drawn = [.. Chain(random, samples, 0).Select(x =>
                random.NextDouble() < lost ? double.NegativeInfinity : LogWeight(x, 1.5) - Math.Log(1 - lost))];
            var estimate = weights.BridgedLogZ(drawn).Estimate();
            return Math.Pow((estimate.Value - LogZ) / estimate.StandardError, 2);
        });

        // Of 20 normal deviates the mean square lies between 0.3 and 2.3, but for two times in a thousand.
        Assert.InRange(squares, 0.3, 2.3);
    }

    /// <summary>Chains that drew rows in another order tell how alike they are.</summary>
    [Fact]
    public void ChainsTellTheErrorOfWhatTheyDrew()
    {
        var mean = SeriesEstimate.Mean([1, 2, 3, 4]);
        var correlation = new ChainCorrelation(EffectiveSamples: 2, Draws: 8);
        Assert.Equal(MeanEstimate.Of([1, 2, 3, 4], correlation), mean.Estimate(correlation));
        Assert.Equal(4 / (1 + (4 * (0.5 - 0.125))), mean.IndependentRows(correlation), 1e-12);
        Assert.Equal(-2.5, (-mean).Value);
        Assert.Equal(0, (mean - mean).Estimate().StandardError);
    }

    /// <summary>U and log q of rows of p.</summary>
    private static (double[] Energies, double[] Densities) Of(double[][] rows, double ratio)
    {
        var (scale, variance) = (1 / Stiffness, ratio / Stiffness);
        double[] squares = [.. rows.Select(x => x.Sum(value => value * value * scale))];
        return ([.. squares.Select(square => 0.5 * Stiffness * square)],
            [.. squares.Select(square => (-0.5 * square / variance) - (0.5 * S * Math.Log(2 * Math.PI * variance)))]);
    }

    /// <summary>log exp(−U)/q at √(variance of q) x.</summary>
    private static double LogWeight(double[] x, double ratio)
    {
        var square = x.Sum(value => value * value);
        return (-0.5 * ratio * square) + (0.5 * square) + (0.5 * S * Math.Log(2 * Math.PI * ratio / Stiffness));
    }

    /// <summary>Standard normal rows x_t = φ x_{t−1} + √(1 − φ²) ξ_t.</summary>
    private static double[][] Chain(Random random, int count, double phi)
    {
        var rows = new double[count][];
        for (var t = 0; t < count; t++)
        {
            rows[t] = [.. Enumerable.Range(0, S).Select(k => t == 0 ? Normal() : (phi * rows[t - 1][k]) + (Math.Sqrt(1 - (phi * phi)) * Normal()))];
        }

        return rows;

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
