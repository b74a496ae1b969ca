using FFF.Numerics;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Numerics;

public sealed class DormandPrinceTests
{
    private static readonly OdeTolerance Tight = new(1e-11, 1e-12);

    /// <summary>dy/dt = λ y gives y exp(λ t), for a λ of each row's own, forwards and backwards.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-2, 3)]
    public void GrowsExponentially(double start, double end)
    {
        var rates = tensor([-4.0, -0.5, 0, 0.5, 3], float64).unsqueeze(1);
        var y = new RandomStream(0).Normal([5, 3], float64);
        var solved = DormandPrince.Solve((_, state, rows) => rates.index_select(0, rows) * state, y, start, end, new(1e-11, 1e-24)).State;
        var factor = (rates * (end - start)).exp();
        Check.Close(solved / factor, y, 1e-9);
    }

    /// <summary>d(a, b)/dt = ω (−b, a) turns by the angle ω t.</summary>
    [Fact]
    public void Rotates()
    {
        const double Speed = 20;
        var y = tensor([1.0, 0, 0.6, -0.8], float64).view(2, 2);
        var solved = DormandPrince.Solve((_, s, _) => Speed * stack([-s.select(1, 1), s.select(1, 0)], 1), y, 0, 1, Tight).State;
        var (cos, sin) = (Math.Cos(Speed), Math.Sin(Speed));
        Check.Close(solved, tensor([cos, sin, 0.6 * cos + 0.8 * sin, 0.6 * sin - 0.8 * cos], float64).view(2, 2), 1e-9);
    }

    /// <summary>dy/dt = cos(5 t) (y − t) + 1 with y(0) = e is solved by y = t + exp(1 + sin(5 t) / 5).</summary>
    [Fact]
    public void SolvesATimeDependentEquation()
    {
        var solved = DormandPrince.Solve((t, s, _) => (5 * t).cos() * (s - t) + 1, full([1, 1], Math.E, dtype: float64), 0, 1, Tight).State;
        Assert.Equal(1 + Math.Exp(1 + Math.Sin(5) / 5), solved.item<double>(), 1e-9);
    }

    /// <summary>
    /// A quadrature of t⁴ is exact for a formula of fifth order and of t³ for both of the pair, which then sees no error
    /// and takes ever longer steps: 0.05, 0.5 and what remains.
    /// </summary>
    [Fact]
    public void HasTheOrdersFiveAndFour()
    {
        var zero = zeros(1, 1, dtype: float64);
        Assert.Equal(0.2, DormandPrince.Solve((t, _, _) => t.pow(4), zero, 0, 1, new(0.1, 0.1)).State.item<double>(), 1e-15);
        var cubic = DormandPrince.Solve((t, _, _) => t.pow(3), zero, 0, 1, new(1e-12, 1e-12));
        Assert.Equal(0.25, cubic.State.item<double>(), 1e-15);
        Assert.Equal(1 + 3 * 6, cubic.Evaluations);

        // The first step is a twentieth of the whole, however long that is, and steps are counted one by one.
        Assert.Equal(1 + 3 * 6, DormandPrince.Solve((t, _, _) => t.pow(3), zero, 0, 10, new(1e-6, 1e-6) { MaxSteps = 3 }).Evaluations);
        Assert.Throws<IntegrationException>(() => DormandPrince.Solve((t, _, _) => t.pow(3), zero, 0, 10, new(1e-6, 1e-6) { MaxSteps = 2 }));
        Assert.NotEqual(1.0 / 6, DormandPrince.Solve((t, _, _) => t.pow(5), zero, 0, 1, new(0.1, 0.1)).State.item<double>(), 1e-6);
    }

    /// <summary>The error follows the tolerance, and so many steps are taken as a formula of this order needs.</summary>
    [Fact]
    public void ErrorsFollowTheTolerance()
    {
        var (errors, evaluations) = (new List<double>(), new List<double>());
        double[] tolerances = [1e-4, 1e-6, 1e-8, 1e-10];
        foreach (var tolerance in tolerances)
        {
            var count = 0;
            var solution = DormandPrince.Solve(
                (t, s, _) =>
                {
                    count++;
                    return (20 * t).cos() * 20 * s;
                },
                ones(1, 1, dtype: float64), 0, 1, new(tolerance, tolerance));
            errors.Add(Math.Abs(solution.State.item<double>() - Math.Exp(Math.Sin(20))));
            evaluations.Add(solution.Evaluations);
            Assert.Equal(count, solution.Evaluations);
        }

        Assert.All(errors.Zip(tolerances), pair => Assert.InRange(pair.First, 0, 30 * pair.Second));
        Assert.All(errors.Zip(errors.Skip(1)), pair => Assert.InRange(pair.First / pair.Second, 10, 10_000));

        // 100^(1/5) = 2.5 times as many for a hundredth of the error.
        Assert.InRange(evaluations[3] / evaluations[2], 2, 3);
    }

    /// <summary>A row's solution is the same beside rows that need many more steps as it is alone.</summary>
    [Fact]
    public void RowsDoNotDependOnEachOther()
    {
        var speeds = tensor([1.0, 300], float64).unsqueeze(1);
        var tolerance = new OdeTolerance(1e-3, 1e-3);
        var together = DormandPrince.Solve((t, s, rows) => (speeds.index_select(0, rows) * t).cos() * s, ones(2, 1, dtype: float64), 0, 1, tolerance);
        var alone = DormandPrince.Solve((t, s, _) => t.cos() * s, ones(1, 1, dtype: float64), 0, 1, tolerance);
        Check.Close(together.State.narrow(0, 0, 1), alone.State, 1e-14);
        Assert.True(together.Evaluations > 3 * alone.Evaluations);
    }

    [Fact]
    public void WorksInSinglePrecision()
    {
        var solved = DormandPrince.Solve((_, s, _) => -s, ones(4, 2), 0, 1, new(1e-5, 1e-5)).State;
        Assert.Equal(float32, solved.dtype);
        Check.Close(solved, full([4, 2], Math.Exp(-1)), 1e-5);
    }

    [Fact]
    public void NothingToSolveIsNoError()
    {
        Assert.Equal([0, 3], DormandPrince.Solve((_, s, _) => s, zeros(0, 3), 0, 1, Tight).State.shape);
    }

    /// <summary>dy/dt = y² with y(0) = 1 has no solution beyond t = 1; the row at fault is named.</summary>
    [Fact]
    public void ASingularityIsNamed()
    {
        var y = tensor([0.0, 1], float64).unsqueeze(1);
        var error = Assert.Throws<IntegrationException>(() => DormandPrince.Solve((_, s, _) => s.square(), y, 0, 2, new(1e-6, 1e-6)));
        Assert.Contains("its steps become too short", error.Message, StringComparison.Ordinal);
        Assert.Contains("Row 1 is at time 1 ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TooManyStepsAreNamed()
    {
        var error = Assert.Throws<IntegrationException>(() =>
            DormandPrince.Solve((t, s, _) => (1e4 * t).cos() * s, ones(1, 1, dtype: float64), 0, 1, new(1e-6, 1e-6) { MaxSteps = 20 }));
        Assert.Contains("20 steps were not enough", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void SlopesThatAreNotFiniteAreNamed(double value)
    {
        var error = Assert.Throws<IntegrationException>(() =>
            DormandPrince.Solve((_, s, _) => full_like(s, value), ones(1, 1, dtype: float64), 0, 1, Tight));
        Assert.Contains("where the slope is not finite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LeavesNoTensorsBehind()
    {
        using var y = ones(3, 2, dtype: float64);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        DormandPrince.Solve((_, s, _) => -s, y, 0, 1, Tight).State.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }
}
