using FFF.Evaluation.Boltzmann;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation.Boltzmann;

public sealed class EmpiricalDistributionTests
{
    private static EmpiricalDistribution Of(params double[] values) => EmpiricalDistribution.Of(values)!;

    private static double[] Normals(int count, int seed)
    {
        using var scope = NewDisposeScope();
        return new RandomStream((ulong)seed).Normal([count], float64).data<double>().ToArray();
    }

    [Fact]
    public void WassersteinOfFewPointsByHand()
    {
        // F − G is ½ on [0, 1), 0 on [1, 2) and ½ on [2, 5).
        Assert.Equal(2, Of(2, 0).Wasserstein1(Of(1, 5)), 1e-12);
        Assert.Equal(2, Of(1, 5).Wasserstein1(Of(2, 0)), 1e-12);
        Assert.Equal(0, Of(3, 1, 1).Wasserstein1(Of(1, 3, 1)), 1e-12);

        // A quarter of the weight is moved by 4.
        Assert.Equal(1, EmpiricalDistribution.Of([0, 4], [3, 1])!.Wasserstein1(Of(0)), 1e-12);
    }

    /// <summary>For equally many values it is the mean distance of those of equal rank; weights are repetitions.</summary>
    [Fact]
    public void WassersteinIsThatOfSortedValues()
    {
        var (a, b) = (Normals(500, 1), Normals(500, 2).Select(x => 2 * x + 1).ToArray());
        var expected = a.Order().Zip(b.Order(), (x, y) => Math.Abs(x - y)).Average();
        Assert.Equal(expected, Of(a).Wasserstein1(Of(b)), 1e-12);

        double[] weights = [.. Enumerable.Range(0, 500).Select(i => i % 4.0)];
        double[] repeated = [.. a.SelectMany((x, i) => Enumerable.Repeat(x, i % 4))];
        Assert.Equal(Of(repeated).Wasserstein1(Of(b)), EmpiricalDistribution.Of(a, weights)!.Wasserstein1(Of(b)), 1e-12);
        Assert.Equal(repeated.Average(), EmpiricalDistribution.Of(a, weights)!.Mean, 1e-12);
    }

    /// <summary>Between Gaussians of one mean it is |σ − τ| E|z| = |σ − τ| √(2/π).</summary>
    [Fact]
    public void WassersteinOfGaussiansIsTheirClosedForm() =>
        Assert.Equal(Math.Sqrt(2 / Math.PI), Of(Normals(100_000, 1)).Wasserstein1(Of([.. Normals(100_000, 2).Select(x => 2 * x)])), 0.02);

    [Fact]
    public void TotalVariationCountsWhatIsElsewhere()
    {
        double[] even = [.. Enumerable.Range(0, 1000).Select(i => i / 1000.0)];
        Assert.Equal(0, Of(even).TotalVariationOf(Of(even)), 1e-12);

        // All in the upper half; all in the last of the bins, however far.
        Assert.Equal(0.5, Of(even).TotalVariationOf(Of([.. even.Select(x => 0.5 + x / 2)])), 0.01);
        Assert.Equal(0.95, Of(even).TotalVariationOf(Of(2, 3, 1e30)), 1e-9);

        // Values of the lower half with three times the weight: 3/4 against 1/2 of the mass.
        Assert.Equal(0.25, Of(even).TotalVariationOf(EmpiricalDistribution.Of(even, [.. even.Select(x => x < 0.4999 ? 3.0 : 1)])!), 0.01);
    }

    [Fact]
    public void WhatIsNotFiniteOrHasNoWeightIsLeftOut()
    {
        var distribution = EmpiricalDistribution.Of([5, double.NaN, 1, double.PositiveInfinity, 7], [1, 1, 3, 1, 0])!;
        Assert.Equal([1, 5], distribution.Values);
        Assert.Equal([0.75, 0.25], distribution.Weights);
        Assert.Equal(2, distribution.Mean);
        Assert.Null(EmpiricalDistribution.Of([double.NaN]));
    }
}
