using FFF.Evaluation.Calibration;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation.Calibration;

/// <summary>
/// Calibration of Gaussian posteriors in closed form: θ ~ N(0, 1), x ~ N(θ, σ²) have the posterior N(x/(1 + σ²), σ²/(1 + σ²)),
/// independently in each dimension; q is that posterior with its deviation scaled and its mean shifted.
/// </summary>
public sealed class GaussianPosteriorTests
{
    private const double Noise = 0.5;

    /// <summary>Randomised ranks of each parameter, and smallest levels of highest-density regions.</summary>
    private static (double[][] Ranks, double[] Levels) Simulate(int simulations, int samples, int dimensions, double scale, double shift)
    {
        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(1, "gaussian", dimensions);
        Tensor Normal(params long[] shape) => random.Normal(shape, float64);
        var theta = Normal(simulations, dimensions);
        var x = theta + (Noise * Normal(simulations, dimensions));
        var deviation = Noise / Math.Sqrt(1 + (Noise * Noise));
        var mean = (x / (1 + (Noise * Noise))) + (shift * deviation);
        var draws = mean.unsqueeze(1) + (scale * deviation * Normal(simulations, samples, dimensions));
        Tensor Density(Tensor values) => -(values - mean.unsqueeze(1)).square().sum([2], keepdim: true);
        var uniform = random.Uniform([simulations, dimensions + 1], float64);
        var ranks = RandomizedRank.Of(theta, draws, uniform.narrow(1, 0, dimensions));
        var levels = RandomizedRank.Of(-Density(theta.unsqueeze(1)).squeeze(1), -Density(draws), uniform.narrow(1, dimensions, 1));
        return ([.. Enumerable.Range(0, dimensions).Select(d => ranks.select(1, d).contiguous().data<double>().ToArray())],
            levels.contiguous().data<double>().ToArray());
    }

    private static (Verdict Whole, Verdict[] Parameters, ExpectedCoverage Coverage) Judge(double scale, double shift)
    {
        const int N = 1000;
        var (ranks, levels) = Simulate(N, 100, 2, scale, shift);
        var error = Verdict.ErrorOfEach(2);
        var band = CoverageBand.Of(N, 1 - error);
        var coverage = ExpectedCoverage.Of(levels);
        return (
            Verdict.Of(coverage, band),
            [.. ranks.Select(u => Verdict.Of(RankStatistics.Of(u), ExpectedCoverage.OfCentralIntervals(u), band, error))], coverage);
    }

    [Fact]
    public void TheExactPosteriorPasses()
    {
        var (whole, parameters, coverage) = Judge(1, 0);
        Assert.Equal("calibrated", whole.ToString());
        Assert.All(parameters, verdict => Assert.True(verdict.Calibrated, verdict.ToString()));
        Assert.InRange(coverage.MeanDifference, -0.02, 0.02);
    }

    [Fact]
    public void APosteriorThatIsTooNarrowIsOverConfident()
    {
        var (whole, parameters, coverage) = Judge(0.7, 0);
        Assert.Equal("over-confident", whole.ToString());
        Assert.All(parameters, verdict => Assert.Equal("over-confident", verdict.ToString()));
        Assert.True(coverage.MeanDifference < -0.05);
        Assert.True(coverage.LargestDeviation < coverage.MeanDifference);
    }

    [Fact]
    public void APosteriorThatIsTooWideIsUnderConfident()
    {
        var (whole, parameters, coverage) = Judge(1.4, 0);
        Assert.Equal("under-confident", whole.ToString());
        Assert.All(parameters, verdict => Assert.Equal("under-confident", verdict.ToString()));
        Assert.True(coverage.MeanDifference > 0.05);
    }

    [Theory]
    [InlineData(0.4, "too high")]
    [InlineData(-0.4, "too low")]
    public void APosteriorThatIsShiftedIsFoundOnTheRightSide(double shift, string expected)
    {
        var (_, parameters, _) = Judge(1, shift);
        Assert.All(parameters, verdict => Assert.Contains(expected, verdict.ToString(), StringComparison.Ordinal));
    }

    /// <summary>
    /// With its deviation scaled by s, the region of level α reaches as far as s·Φ⁻¹((1 + α)/2) true deviations in one
    /// dimension, and holds 2Φ(s·Φ⁻¹((1 + α)/2)) − 1; in two, 1 − (1 − α)^s².
    /// </summary>
    [Theory]
    [InlineData(0.6)]
    [InlineData(1)]
    [InlineData(1.5)]
    public void CoverageOfAScaledPosteriorAgreesWithTheory(double scale)
    {
        using var scope = NewDisposeScope();
        var nominal = tensor(ExpectedCoverage.Levels.ToArray());
        var line = ((2 * special.ndtr(scale * special.ndtri((1 + nominal) / 2))) - 1).data<double>().ToArray();
        double[] plane = [.. ExpectedCoverage.Levels.Select(level => 1 - Math.Pow(1 - level, scale * scale))];

        var (ranks, levels) = Simulate(10_000, 300, 1, scale, 0);
        Near(line, ExpectedCoverage.OfCentralIntervals(ranks[0]));
        Near(line, ExpectedCoverage.Of(levels));
        Near(plane, ExpectedCoverage.Of(Simulate(10_000, 300, 2, scale, 0).Levels));

        // Four standard deviations of a share of 10,000.
        static void Near(double[] expected, ExpectedCoverage coverage) =>
            Assert.All(expected.Zip(coverage.Empirical), pair => Assert.Equal(pair.First, pair.Second, 0.02));
    }

    [Fact]
    public void CoverageIsTheShareAtOrBelowEachLevel()
    {
        var coverage = ExpectedCoverage.Of([0.05, 0.3, 0.31, 0.9]);
        Assert.Equal(0.25, coverage.Empirical[0]);
        Assert.Equal(0.5, coverage.Empirical[5]);
        Assert.Equal(0.75, coverage.Empirical[6]);
        Assert.Equal(1, coverage.Empirical[18]);
        Assert.Equal((0.75 - 0.35, 0.35), (coverage.LargestDeviation, coverage.LargestDeviationLevel));
        Assert.Equal(coverage.Empirical.Average() - 0.5, coverage.MeanDifference, 1e-12);
    }

    [Fact]
    public void ACurveThatLeavesTheBandOnBothSidesIsToldSo()
    {
        // a ~ U(0.3, 0.7): regions below hold too little, regions above too much.
        var coverage = ExpectedCoverage.Of([.. Enumerable.Range(0, 1000).Select(i => 0.3 + (0.4 * i / 1000))]);
        Assert.Equal("over- and under-confident", Verdict.Of(coverage, CoverageBand.Of(1000, 0.95)).ToString());
    }

    [Fact]
    public void RanksThatAreUnevenButNeitherShiftedNorSpreadAreToldSo()
    {
        // In each fourth of [0, 1] the ranks crowd into its middle: mean and coverage hardly change.
        double[] ranks = [.. Enumerable.Range(0, 1000).Select(i => (i % 20 / 20.0) + 0.025 + (i / 20 * 1e-5))];
        double[] crowded = [.. ranks.Select((u, i) => i % 20 is 5 or 14 ? 0.425 + (0.05 * (i % 2)) : u)];
        var verdict = Verdict.Of(RankStatistics.Of(crowded), ExpectedCoverage.OfCentralIntervals(ranks), CoverageBand.Of(1000, 0.99), 0.01);
        Assert.Equal("ranks not uniform", verdict.ToString());
    }
}
