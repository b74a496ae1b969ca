using FFF.Evaluation.Calibration;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation.Calibration;

/// <summary>Tests against the uniform distribution; the expected numbers are SciPy's (1.10: kstwo, kstest, chisquare, binom, norm).</summary>
public sealed class UniformityTests
{
    private static readonly double[] Values =
        [0.02, 0.11, 0.13, 0.24, 0.31, 0.35, 0.38, 0.52, 0.55, 0.61, 0.62, 0.7, 0.71, 0.73, 0.79, 0.82, 0.9, 0.93, 0.97, 0.99];

    [Theory]
    [InlineData(20, 0.1, 0.976255094592155)]
    [InlineData(20, 0.25, 0.13762569836717486)]
    [InlineData(50, 0.2, 0.03143877776953241)]
    [InlineData(100, 0.05, 0.9532159710635725)]
    [InlineData(1000, 0.02, 0.8108971656895577)]
    [InlineData(1000, 0.043, 0.04811098765192656)]
    [InlineData(1000, 0.07, 0.00010494206285958879)]
    [InlineData(10000, 0.01, 0.2682191277029192)]
    public void KolmogorovSmirnovProbabilitiesAreNearlyExact(int count, double statistic, double expected) =>
        Assert.Equal(expected, KolmogorovSmirnovTest.PValueOf(statistic, count), count < 100 ? 6e-4 : 5e-5);

    [Fact]
    public void KolmogorovSmirnovTestOfNumbersInAnyOrder()
    {
        var test = KolmogorovSmirnovTest.Of([.. Values.Reverse()]);
        Assert.Equal(0.17, test.Statistic, 1e-12);
        Assert.Equal(0.5532913617771572, test.PValue, 6e-4);
        Assert.Equal(0.9, KolmogorovSmirnovTest.Of([0.1]).Statistic, 1e-12);
        Assert.Equal(0, KolmogorovSmirnovTest.PValueOf(1, 100_000));
        Assert.Equal(1, KolmogorovSmirnovTest.PValueOf(1e-9, 1000));
    }

    [Theory]
    [InlineData(26, 0.002042989656293934, 48, 61, 39, 52, 45, 55, 40, 60, 70, 30)]
    [InlineData(0, 1, 5, 5, 5, 5)]
    [InlineData(6.8, 0.07855315983679816, 9, 1, 6, 4)]
    [InlineData(100, 1.5541594313896026e-21, 100, 0, 50, 50)]
    public void TheChiSquareTestAgrees(double statistic, double pValue, params int[] counts)
    {
        var test = ChiSquareTest.Of([.. counts.Select(count => (long)count)]);
        Assert.Equal(statistic, test.Statistic, 1e-10);
        Assert.Equal(counts.Length - 1, test.DegreesOfFreedom);
        Assert.InRange(test.PValue / pValue, 1 - 1e-9, 1 + 1e-9);
    }

    [Theory]
    [InlineData(20, 0.05, 0.95, 0, 3)]
    [InlineData(100, 0.5, 0.95, 40, 60)]
    [InlineData(1000, 0.05, 0.95, 37, 64)]
    [InlineData(1000, 0.9, 0.95, 881, 918)]
    [InlineData(1000, 0.3, 0.998, 256, 345)]
    public void BinomialIntervals(int trials, double p, double share, int low, int high) =>
        Assert.Equal((low, high), new Binomial(trials).CentralInterval(p, share));

    [Fact]
    public void BinomialProbabilities()
    {
        var binomial = new Binomial(1000);
        Assert.Equal(0.20132659199999992, binomial.Probability(3, 10, 0.2), 1e-13);
        Assert.Equal(0.011340982371187717, binomial.Probability(480, 1000, 0.5), 1e-13);
    }

    /// <summary>The expected probabilities are shares of 200,000 simulated curves.</summary>
    [Theory]
    [InlineData(50, 0.95, 0.772885)]
    [InlineData(200, 0.99, 0.92943)]
    [InlineData(1000, 0.995, 0.955045)]
    public void AWholeCurveStaysInsideAsOftenAsSimulatedOnes(int simulations, double share, double expected)
    {
        var binomial = new Binomial(simulations);
        var intervals = ExpectedCoverage.Levels.Select(level => binomial.CentralInterval(level, share)).ToArray();
        Assert.Equal(expected, CoverageBand.ProbabilityInside(binomial, simulations, intervals), 4e-3);
    }

    [Fact]
    public void ABandHasTheConfidenceAskedForAndNoMoreThanCountsAllow()
    {
        const int N = 500;
        var band = CoverageBand.Of(N, 0.95);
        var binomial = new Binomial(N);
        (int, int)[] intervals = [.. band.Lower.Zip(band.Upper, (lower, upper) => ((int)Math.Round(lower * N), (int)Math.Round(upper * N)))];
        Assert.InRange(CoverageBand.ProbabilityInside(binomial, N, intervals), 0.95, 0.965);
        Assert.True(CoverageBand.Of(N, 0.99).Upper[9] > band.Upper[9]);
    }

    [Theory]
    [InlineData(20, 4)]
    [InlineData(124, 4)]
    [InlineData(125, 5)]
    [InlineData(249, 9)]
    [InlineData(250, 10)]
    [InlineData(10_000, 20)]
    public void ABinHoldsTwentyFiveSimulations(int simulations, int bins) => Assert.Equal(bins, RankStatistics.BinCount(simulations));

    [Fact]
    public void RanksAreSummarised()
    {
        var ranks = RankStatistics.Of(Values);
        Assert.Equal([4, 3, 7, 6], ranks.Histogram);
        Assert.Equal(Values.Average(), ranks.Mean, 1e-12);
        Assert.Equal(KolmogorovSmirnovTest.Of(Values), ranks.KolmogorovSmirnov);
        Assert.Equal(3, ranks.ChiSquare.DegreesOfFreedom);

        // 2·(1 − Φ(0.02·√12000)).
        double[] shifted = [.. Enumerable.Range(0, 1000).Select(i => Math.Min(1, ((i + 0.5) / 1000) + 0.02))];
        var mean = shifted.Average();
        Assert.Equal(0.02, mean - 0.5, 1e-3);
        Assert.Equal(0.028459736916310416, RankStatistics.Of(shifted).MeanPValue, 2e-3);
        Assert.Equal(20, RankStatistics.Of(shifted).Histogram.Count);
    }

    [Fact]
    public void RandomisedRanksAreUniformWhateverTheNumberOfSamplesAndTies()
    {
        using var scope = NewDisposeScope();
        const int N = 4000;
        foreach (var (samples, kinds) in ((int, long)[])[(1, 1 << 20), (3, 1 << 20), (10, 4)])
        {
            using var random = NamedSeed.Stream(1, "ranks", samples);
            var values = random.Integers(0, kinds, [N, 1]);
            var others = random.Integers(0, kinds, [N, samples, 1]);
            var ranks = RandomizedRank.Of(values, others, random.Uniform([N, 1], float64));
            Assert.True(KolmogorovSmirnovTest.Of(ranks.data<double>().ToArray()).PValue > 0.001, $"{samples} samples");
        }
    }

    [Fact]
    public void ARandomisedRankLiesBetweenTheSamplesBelowAndThoseAbove()
    {
        using var scope = NewDisposeScope();
        var samples = tensor(new double[] { 1, 2, 2, 5 }).reshape(1, 4, 1);
        double Rank(double value, double u) =>
            RandomizedRank.Of(tensor(new[] { value }).reshape(1, 1), samples, tensor(new[] { u }).reshape(1, 1)).item<double>();
        Assert.Equal(0, Rank(0, 0));
        Assert.Equal(0.2 * 1.5, Rank(1.5, 0.5), 1e-12);
        Assert.Equal(0.2 * 1, Rank(2, 0), 1e-12);
        Assert.Equal(0.2 * 2.5, Rank(2, 0.5), 1e-12);
        Assert.Equal(0.2 * 4.25, Rank(6, 0.25), 1e-12);
    }
}
