using FFF.Autodiff;
using FFF.Flows;
using FFF.Flows.Matching;
using FFF.Networks;
using FFF.Numerics;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Matching;

public sealed class FlowMatchingObjectiveTests
{
    private static readonly OdeTolerance Tolerance = new(1e-5, 1e-5);

    /// <summary>The batch mean of ‖v(x_t, t, c) − (x − z)‖², row by row in plain numbers.</summary>
    [Fact]
    public void IsTheMeanSquareOverGivenLatentsAndTimes()
    {
        var random = new RandomStream(0);
        var flow = DenseFlow();
        Tensor Draw(int columns) => random.Normal([5, columns], float64);
        var (x, c, z, time) = (Draw(2), Draw(1), Draw(2), Draw(1).sigmoid());
        var sum = 0.0;
        for (var row = 0; row < 5; row++)
        {
            var t = time[row].item<double>();
            double At(Tensor values, int i) => values[row, i].item<double>();
            double[] between = [(1 - t) * At(z, 0) + t * At(x, 0), (1 - t) * At(z, 1) + t * At(x, 1)];
            var velocity = flow.Velocity(new Dual(tensor(between, float64).unsqueeze(0)), time.narrow(0, row, 1), c.narrow(0, row, 1)).Value.squeeze(0);
            sum += Enumerable.Range(0, 2).Sum(i => Math.Pow(velocity[i].item<double>() - (At(x, i) - At(z, i)), 2));
        }

        Assert.Equal(sum / 5, new FlowMatchingObjective(flow, new TimeDensity(0)).Evaluate(x, c, z, time).Loss.item<double>(), 1e-12);
    }

    /// <summary>
    /// On normal data of standard deviation s the best velocity leaves the variance of x − z given x_t, which is
    /// (1 + s²) − (s_t')² = s² / s_t² per dimension; any other velocity is worse by its squared distance from the best.
    /// </summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void IsLeastForTheVelocityTowardsNormalData(double exponent)
    {
        const int Count = 400_000;
        const double Deviation = 0.5;
        var flow = new FlowMatching(new GaussianVelocity(tensor([Deviation], float64)), new TimeFeatures(0), 1, Tolerance);
        var mean = full(Count, 1, 0.7, dtype: float64);
        var x = mean + Deviation * new RandomStream(1).Normal([Count, 1], float64);
        var objective = new FlowMatchingObjective(flow, new TimeDensity(exponent));

        double Quadrature(Func<double, double> ofTime)
        {
            const int Points = 10_000;
            return Enumerable.Range(0, Points).Select(i => (i + 0.5) / Points).Average(t => (1 + exponent) * Math.Pow(t, exponent) * ofTime(t));
        }

        static double Variance(double t) => Math.Pow(1 - t, 2) + Math.Pow(t * Deviation, 2);
        var least = Quadrature(t => Deviation * Deviation / Variance(t));
        Assert.Equal(least, objective.Evaluate(new Batch(x, mean), 0, 5, 0).Loss.item<double>(), 0.01);

        // Towards a mean that is wrong by d the velocity is wrong by d (1 − t s_t' / s_t).
        const double Wrong = 0.5;
        var excess = Quadrature(t => Math.Pow(Wrong * (1 - t * (t * Deviation * Deviation - (1 - t)) / Variance(t)), 2));
        Assert.Equal(least + excess, objective.Evaluate(new Batch(x, mean + Wrong), 0, 5, 0).Loss.item<double>(), 0.02);
    }

    [Fact]
    public void TheSameSeedAndStepDrawTheSame()
    {
        var objective = new FlowMatchingObjective(DenseFlow(), new TimeDensity(0.5));
        var (x, c) = (ones(8, 2, dtype: float64), ones(8, 1, dtype: float64));
        double Loss(long seed, long step) => objective.Evaluate(new Batch(x, c), 0, seed, step).Loss.item<double>();
        Assert.Equal(Loss(3, 4), Loss(3, 4));
        Assert.NotEqual(Loss(3, 4), Loss(3, 5));
        Assert.NotEqual(Loss(3, 4), Loss(4, 4));
    }

    /// <summary>Moments of (1 + α) tᵅ: E tᵏ = (1 + α) / (1 + α + k).</summary>
    [Theory]
    [InlineData(-0.5)]
    [InlineData(0)]
    [InlineData(3)]
    public void TimesHaveTheirMoments(double exponent)
    {
        var time = new TimeDensity(exponent).Sample(200_000, new RandomStream(2)).to(float64);
        Assert.Equal([200_000, 1], time.shape);
        Assert.InRange(time.min().item<double>(), 0, 0.01 + 0.2 * Math.Max(0, exponent));
        Assert.InRange(time.max().item<double>(), 0.999, 1);
        foreach (var power in (int[])[1, 2, 6])
        {
            Assert.Equal((1 + exponent) / (1 + exponent + power), time.pow(power).mean().item<double>(), 0.003);
        }
    }

    private static FlowMatching DenseFlow()
    {
        using var random = new RandomStream(6);
        var features = new TimeFeatures(2);
        return new(Check.Double(new DenseNet(new DenseOptions { Widths = [9] }, 2, 1 + features.Count, random)), features, 2, Tolerance);
    }
}
