using FFF.Evaluation.Boltzmann;
using Xunit;

namespace FFF.Tests.Evaluation.Boltzmann;

public sealed class ChainStatisticsTests
{
    /// <summary>x_t = φ x_{t−1} + √(1−φ²) ξ_t has ρ_t = φᵗ, so τ = 1 + 2 Σ φᵗ = (1+φ)/(1−φ).</summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(-0.4)]
    public void AutoregressiveChainsHaveTheirAutocorrelationTime(double phi)
    {
        var statistics = ChainStatistics.Of(Autoregressive(phi, chains: 50, draws: 2000, offset: 0));
        var time = (1 + phi) / (1 - phi);
        Assert.Equal(1, statistics.AutocorrelationTime / time, 0.08);
        Assert.Equal(100_000 / statistics.AutocorrelationTime, statistics.EffectiveSamples, 1e-6);
        Assert.Equal(1, statistics.RHat, 0.01);
        Assert.Equal(1, statistics.Std, 0.03);
        Assert.InRange(Math.Abs(statistics.Mean), 0, 4 * Math.Sqrt(time / 100_000));
        Assert.Equal(Math.Sqrt(time / 100_000), statistics.StandardError, 0.1 * Math.Sqrt(time / 100_000));
    }

    /// <summary>Half of the chains shifted by 2δ: the means' variance is δ², and R̂ = √(1 + δ²) for long chains of variance 1.</summary>
    [Fact]
    public void ChainsThatDoNotMixHaveALargeRHat()
    {
        var statistics = ChainStatistics.Of(Autoregressive(0, chains: 40, draws: 2000, offset: 1.5));
        Assert.Equal(Math.Sqrt(1 + 0.75 * 0.75), statistics.RHat, 0.03);
        Assert.InRange(statistics.EffectiveSamples, 1, 200);
    }

    /// <summary>Chains that agree with each other but drift: their halves differ.</summary>
    [Fact]
    public void ADriftShowsInTheHalves()
    {
        var drifting = Autoregressive(0, chains: 10, draws: 1000, offset: 0)
            .Select(chain => chain.Select((value, t) => value + (t < 500 ? 0 : 2)).ToArray())
            .ToArray();
        Assert.Equal(Math.Sqrt(2), ChainStatistics.Of(drifting).RHat, 0.05);
    }

    [Fact]
    public void FewDrawsTellNothingAndStandingChainsAreSeen()
    {
        Assert.True(double.IsNaN(ChainStatistics.Of([[1, 2, 3], [2, 3, 4]]).RHat));
        Assert.Equal(2.5, ChainStatistics.Of([[1, 2, 3], [2, 3, 4]]).Mean);
        Assert.Equal(double.PositiveInfinity, ChainStatistics.Of([[1, 1, 1, 1], [2, 2, 2, 2]]).RHat);
        Assert.Equal(1, ChainStatistics.Of([[3, 3, 3, 3], [3, 3, 3, 3]]).RHat);
    }

    private static double[][] Autoregressive(double phi, int chains, int draws, double offset)
    {
        var random = new Random(5);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, chains).Select(chain =>
        {
            var (x, shift) = (Normal(), chain < chains / 2 ? 0 : offset);
            return Enumerable.Range(0, draws).Select(_ => shift + (x = phi * x + Math.Sqrt(1 - phi * phi) * Normal())).ToArray();
        })];
    }
}
