using FFF.Evaluation.Calibration;
using Xunit;

namespace FFF.Tests.Evaluation.Calibration;

public sealed class VerdictTests
{
    /// <summary>Four tests of each parameter and one of the whole posterior share the error of 5 %.</summary>
    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(3, 0.05 / 13)]
    public void AllTestsShareOneError(int parameters, double each) => Assert.Equal(each, Verdict.ErrorOfEach(parameters), 1e-15);

    /// <summary>Every test rejects p-values below the error, none at it.</summary>
    [Fact]
    public void AProbabilityAtTheErrorIsNoFault()
    {
        double[] uniform = [.. Enumerable.Range(0, 100).Select(i => (i + 0.5) / 100)];
        var (coverage, band) = (ExpectedCoverage.OfCentralIntervals(uniform), CoverageBand.Of(100, 0.99));
        var ranks = RankStatistics.Of([.. uniform.Select(u => 0.8 * u)]);
        Assert.Equal(0, Judge(ranks with { MeanPValue = 0.01 }).Shift);
        Assert.Equal(1, Judge(ranks with { MeanPValue = 0.0099 }).Shift);

        var fine = RankStatistics.Of(uniform);
        Assert.False(Judge(fine with { KolmogorovSmirnov = new(0.1, 0.01), ChiSquare = new(10, 3, 0.01) }).Uneven);
        Assert.True(Judge(fine with { KolmogorovSmirnov = new(0.1, 0.0099) }).Uneven);
        Assert.True(Judge(fine with { ChiSquare = new(10, 3, 0.0099) }).Uneven);

        Verdict Judge(RankStatistics statistics) => Verdict.Of(statistics, coverage, band, 0.01);
    }
}
