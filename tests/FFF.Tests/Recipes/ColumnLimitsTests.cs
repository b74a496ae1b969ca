using FFF.Datasets.Table;
using FFF.Recipes;
using Xunit;

namespace FFF.Tests.Recipes;

/// <summary>Bounds that numbers show by themselves, on numbers whose bounds are known.</summary>
public sealed class ColumnLimitsTests
{
    [Theory]
    [InlineData(600)]
    [InlineData(10_000)]
    public void ABoxIsFoundWithItsRoundBounds(int count)
    {
        var found = Of(count, uniform => -3 + (6 * uniform));
        Assert.Equal([-3, 3], found!.Uniform);
        Assert.Equal([0.1, 2], Of(count, uniform => 0.1 + (1.9 * uniform))!.Uniform);
        Assert.Equal([0.5, 10], Of(count, uniform => 0.5 * Math.Pow(20, uniform))!.LogUniform);
    }

    /// <summary>Semicircular on [-1, 1] would vanish at its bounds; the arcsine law and a cut normal density do not.</summary>
    [Fact]
    public void BoundsOfOtherDensitiesAreFoundToo()
    {
        Assert.Equal([-1, 1], Of(10_000, uniform => Math.Sin(Math.PI * (uniform - 0.5)))!.Bounds);
        Assert.Equal(0, Of(10_000, uniform => -Math.Log(1 - uniform))!.Above);
        Assert.Equal(5, Of(10_000, uniform => 5 + Math.Log(1 - uniform))!.Below);
    }

    [Fact]
    public void TailsAreNoBounds()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            Assert.Null(Of(1_000, Normal, seed));
            Assert.Null(Of(1_000, uniform => Math.Tan(Math.PI * (uniform - 0.5)), seed));
            Assert.Null(Of(1_000, uniform => 300 + Normal(uniform), seed));
        }
    }

    /// <summary>A skewed positive column is learnt by its logarithm, whose only claim is that it stays positive.</summary>
    [Fact]
    public void AmountsArePositive() => Assert.Equal(new ColumnPrior { Above = 0 }, Of(2_000, uniform => Math.Exp(0.5 * Normal(uniform))));

    [Fact]
    public void CountsAndFewRowsShowNothing()
    {
        Assert.Null(Of(10_000, uniform => Math.Floor(10 * uniform)));
        Assert.Null(Of(400, uniform => uniform));
        Assert.Null(Of(10_000, uniform => Math.Clamp((3 * uniform) - 1, 0, 1)));
    }

    /// <summary>The bound holds all numbers, those beyond the rows that were looked at as well.</summary>
    [Fact]
    public void TheOutermostNumbersOfAllRowsCount()
    {
        double[] values = [.. Enumerable.Range(0, 1_000).Select(i => (i + 0.5) / 1_000)];
        var found = ColumnLimits.Of(values, -0.2, 1);
        Assert.True(found!.Uniform is null && (found.Bounds ?? [-0.2])[0] <= -0.2);
    }

    [Theory]
    [InlineData(-1.003, -0.9998, -1)]
    [InlineData(2.4961, 2.5009, 2.5)]
    [InlineData(-0.001, 0.002, 0)]
    [InlineData(12345.1, 12345.9, 12345.5)]
    [InlineData(1.2e-7, 1.33e-7, 1.3e-7)]
    public void TheRoundestNumberHasTheFewestDigits(double low, double high, double expected) =>
        Assert.Equal(expected, ColumnLimits.Roundest(low, high));

    private static ColumnPrior? Of(int count, Func<double, double> quantile, int seed = 1)
    {
        var random = new Random(seed);
        double[] values = [.. Enumerable.Range(0, count).Select(_ => quantile(random.NextDouble()))];
        return ColumnLimits.Of(values, values.Min(), values.Max());
    }

    private static double Normal(double uniform)
    {
        using var argument = TorchSharp.torch.tensor((2 * uniform) - 1);
        using var quantile = argument.erfinv();
        return Math.Sqrt(2) * quantile.item<double>();
    }
}
