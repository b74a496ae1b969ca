using FFF.Datasets.Particles;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

public sealed class BennettRatioTests
{
    /// <summary>exp(−λV) N(0, 1) with V = ½ a x² is a Gaussian of precision 1 + λa: log Z₁/Z₀ = −½ log(1 + a).</summary>
    [Theory]
    [InlineData(1.5)]
    [InlineData(20)]
    public void GaussiansHaveTheirClosedForm(double a)
    {
        double[] lambdas = [0, 0.1, 0.4, 1];
        var estimates = Enumerable.Range(0, 40).Select(seed => BennettRatio.LogZ(lambdas, Draws(lambdas, a, seed, 200, 20))).ToArray();
        var squares = estimates.Select(estimate => Math.Pow((estimate.Value + (0.5 * Math.Log(1 + a))) / estimate.StandardError, 2)).ToArray();

        // Of 40 normal deviates the mean square lies between 0.4 and 1.9, but for one time in a thousand.
        Assert.InRange(squares.Average(), 0.4, 1.9);
        Assert.InRange(estimates[0].StandardError, 1e-4, 0.1);
    }

    /// <summary>Where V is one number, the ratio is it.</summary>
    [Fact]
    public void AConstantIsExact()
    {
        double[] draw = [3, 3, 3];
        var estimate = BennettRatio.LogZ([0, 0.25, 1], [[draw, draw], [draw, draw], [draw, draw]]);
        Assert.Equal(-3, estimate.Value, 1e-9);
        Assert.Equal(0, estimate.StandardError, 1e-9);
    }

    /// <summary>A hard core: half of the Gaussian has V = ∞, so that half of its mass is left.</summary>
    [Fact]
    public void WhatIsForbiddenCountsAsLost()
    {
        double[] half = [.. Enumerable.Range(0, 100).Select(k => k % 2 == 0 ? double.PositiveInfinity : 0)];
        var estimate = BennettRatio.LogZ([0, 1], [[half], [new double[100]]]);
        Assert.Equal(-Math.Log(2), estimate.Value, 1e-9);
    }

    private static double[][][] Draws(double[] lambdas, double a, int seed, int draws, int chains)
    {
        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(seed, "bennett");
        return [.. lambdas.Select(lambda => Enumerable.Range(0, draws).Select(_ =>
            (0.5 * a * random.Normal([chains], float64).square() / (1 + (lambda * a))).data<double>().ToArray()).ToArray())];
    }
}
