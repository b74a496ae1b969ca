using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class PredatorPreyTests : IDisposable
{
    // A third of the tolerance: halving shows fifteen times the error that is left, but for the largest steps.
    private const double LogError = PredatorPrey.Tolerance / 3;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void PopulationsThatDoNotMeetGrowExponentially()
    {
        var rate = tensor(new[,] { { 0.3, 12 }, { -0.7, -3 } });
        var logarithms = PredatorPrey.Solve(rate, zeros(2, 2, float64), (1.5, -2), 2.5, 3);
        Assert.Equal([3, 2, 2], logarithms.shape);
        for (var k = 0; k < 3; k++)
        {
            Check.Close(logarithms[k], tensor(new[] { 1.5, -2 }).unsqueeze(1) + (rate * 2.5 * (k + 1)), 1e-10);
        }
    }

    [Theory]
    [InlineData(0.69, 0.11, 0.89, 0.117)]
    [InlineData(0.2, 0.01, 3.9, 0.3)]
    [InlineData(3.9, 0.3, 0.2, 0.3)]
    [InlineData(3.5, 0.02, 3.5, 0.01)]
    public void AgreesWithTheEquationsOfThePopulationsThemselves(double alpha, double beta, double gamma, double delta)
    {
        var (x, y) = (30.0, 1.0);
        var logarithms = Solve(new[,] { { alpha }, { -gamma } }, new[,] { { -beta }, { delta } });
        for (var k = 0; k < 9; k++)
        {
            (x, y) = FineSteps(x, y);
            Assert.Equal(Math.Log(x), logarithms[k, 0, 0].item<double>(), LogError);
            Assert.Equal(Math.Log(y), logarithms[k, 1, 0].item<double>(), LogError);
        }

        // Not in logarithms, with 42,000 steps in each interval.
        (double X, double Y) FineSteps(double x, double y)
        {
            const double H = 5e-5;
            for (var step = 0; step < 42_000; step++)
            {
                var (a1, b1) = Slope(x, y);
                var (a2, b2) = Slope(x + (H / 2 * a1), y + (H / 2 * b1));
                var (a3, b3) = Slope(x + (H / 2 * a2), y + (H / 2 * b2));
                var (a4, b4) = Slope(x + (H * a3), y + (H * b3));
                (x, y) = (x + (H / 6 * (a1 + (2 * a2) + (2 * a3) + a4)), y + (H / 6 * (b1 + (2 * b2) + (2 * b3) + b4)));
            }

            return (x, y);
        }

        (double Prey, double Predators) Slope(double x, double y) => ((alpha * x) - (beta * x * y), (delta * x * y) - (gamma * y));
    }

    [Fact]
    public void ConservesTheInvariantForAllParametersOfThePrior()
    {
        using var random = NamedSeed.Stream(1, "test");
        var theta = new LotkaVolterraTask().SamplePrior(5000, random).to(float64);
        AssertInvariant(stack([theta.select(1, 0), -theta.select(1, 2)], 0), stack([-theta.select(1, 1), theta.select(1, 3)], 0));
    }

    [Fact]
    public void ConservesTheInvariantFarOutsideOfWhatThePriorDraws()
    {
        // Five deviations from the middle of the prior, in all directions.
        double[] sides = [Math.Exp(-2.5), Math.Exp(2.5)];
        var corners = (from a in sides from b in sides from c in sides from d in sides select new[] { a, b, c, d }).ToArray();
        double[] Values(int i, double middle) => [.. corners.Select(corner => corner[i] * middle)];
        var (alpha, beta) = (tensor(Values(0, Math.Exp(-0.125))), tensor(Values(1, Math.Exp(-3))));
        var (gamma, delta) = (tensor(Values(2, Math.Exp(-0.125))), tensor(Values(3, Math.Exp(-3))));
        AssertInvariant(stack([alpha, -gamma], 0), stack([-beta, delta], 0));
    }

    [Fact]
    public void ARowsSolutionDoesNotDependOnItsCompany()
    {
        using var random = NamedSeed.Stream(1, "test");
        var theta = new LotkaVolterraTask().SamplePrior(10_000, random);
        var all = LotkaVolterraTask.LogPopulations(theta);
        Assert.Equal(float64, all.dtype);
        Check.Close(LotkaVolterraTask.LogPopulations(theta.narrow(0, 8190, 4)), all.narrow(0, 8190, 4), 1e-8);
        Assert.Equal([0, 20], LotkaVolterraTask.LogPopulations(theta.narrow(0, 0, 0)).shape);
    }

    [Fact]
    public void WhatCannotBeSolvedIsAnErrorThatNamesTheParameters()
    {
        var broken = Assert.Throws<DatasetException>(() => Solve(new[,] { { 1.0, double.NaN }, { -1, -1 } }, new[,] { { -0.1, -0.1 }, { 0.1, 0.25 } }));
        Assert.Contains("rates (NaN, -1) and couplings (-0.1, 0.25): these are not finite", broken.Message, StringComparison.Ordinal);

        var fast = Assert.Throws<DatasetException>(() => Solve(new[,] { { 1.0, 1e6 }, { -1, -1 } }, new[,] { { -0.1, -0.1 }, { 0.1, 0.25 } }, count: 1));
        Assert.Contains("too fast to be simulated with rates (1e+06, -1) and couplings (-0.1, 0.25)", fast.Message, StringComparison.Ordinal);
    }

    private static Tensor Solve(double[,] rate, double[,] coupling, int count = 9) =>
        PredatorPrey.Solve(tensor(rate), tensor(coupling), (Math.Log(30), 0), 2.1, count);

    /// <summary>c₂ p + r₂ ln p - c₁ q - r₁ ln q never changes.</summary>
    private static void AssertInvariant(Tensor rate, Tensor coupling)
    {
        var logarithms = PredatorPrey.Solve(rate, coupling, (Math.Log(30), 0), 2.1, 9);
        Assert.True(logarithms.isfinite().all().item<bool>());
        var (r1, r2, c1, c2) = (rate[0], rate[1], coupling[0], coupling[1]);
        var (u, v) = (logarithms.select(1, 0), logarithms.select(1, 1));
        var invariant = (c2 * u.exp()) + (r2 * u) - (c1 * v.exp()) - (r1 * v);
        var start = (c2 * 30) + (r2 * Math.Log(30)) - c1;

        // An error of a logarithm counts by the invariant's derivative.
        var sensitivity = ((c2 * u.exp()) + r2).abs() + ((c1 * v.exp()) + r1).abs() + 1e-3;
        var error = ((invariant - start) / sensitivity).abs().max().item<double>();
        Assert.True(error < LogError, $"The invariant changes as if logarithms were wrong by {error}.");
    }
}
