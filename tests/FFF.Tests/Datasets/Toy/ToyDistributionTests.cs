using FFF.Datasets.Toy;
using FFF.Randomness;
using FFF.Spaces;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Toy;

/// <summary>Geometry and moments of the toy distributions against closed forms, within about five standard errors.</summary>
public sealed class ToyDistributionTests : IDisposable
{
    private const long Count = 40_000;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void TwoMoonsAreHalfCirclesWithNoise()
    {
        var samples = Draw(TwoMoons.Draw, conditions: 2);
        (double X, double Y)[] centres = [(-1, -0.2), (1, 0.8)];
        for (var moon = 0; moon < 2; moon++)
        {
            var points = Component(samples, moon, expectedShare: 0.5);
            var fromCentre = points - Point(centres[moon].X, centres[moon].Y);
            var up = moon == 0 ? 1 : -1;

            // A half circle of radius 2 has its mean 4/π from the centre; noise adds 0.2² to each variance.
            AssertMean([0, up * 4 / Math.PI], fromCentre, 0.06);
            Assert.Equal(4 + (2 * 0.04), fromCentre.square().sum(1).mean().item<double>(), 0.04);
            Assert.Equal(2 + 0.04, fromCentre.select(1, 0).var().item<double>(), 0.06);
            Assert.Equal(2, fromCentre.norm(1).mean().item<double>(), 0.02);
        }
    }

    [Fact]
    public void EightGaussiansLieOnACircle()
    {
        var samples = Draw(EightGaussians.Draw, conditions: 8);
        for (var k = 0; k < 8; k++)
        {
            var points = Component(samples, k, expectedShare: 0.125);
            var angle = k * Math.PI / 4;
            AssertMean([2 * Math.Sqrt(2) * Math.Cos(angle), 2 * Math.Sqrt(2) * Math.Sin(angle)], points, 0.025);
            AssertCovariance([[0.125, 0], [0, 0.125]], points, 0.014);
        }
    }

    [Fact]
    public void PinwheelArmsAreTurnedByTheirNumberAndBentByTheirRadius()
    {
        var samples = Draw(Pinwheel.Draw, conditions: 5);
        for (var arm = 0; arm < 5; arm++)
        {
            var points = Component(samples, arm, expectedShare: 0.2);

            // E[2 r exp(-i (2πk/5 + exp(r)/4))] over r ~ N(1, 0.3²), by the trapezoidal rule; the sideways noise has mean 0.
            double x = 0, y = 0;
            const double Step = 0.001;
            for (var n = -8.0; n <= 8; n += Step)
            {
                var r = 1 + (0.3 * n);
                var weight = Step * Math.Exp(-n * n / 2) / Math.Sqrt(2 * Math.PI);
                var angle = (2 * Math.PI * arm / 5) + (0.25 * Math.Exp(r));
                x += weight * 2 * r * Math.Cos(angle);
                y -= weight * 2 * r * Math.Sin(angle);
            }

            AssertMean([x, y], points, 0.04);
            Assert.Equal(4 * (1 + 0.09 + 0.01), points.square().sum(1).mean().item<double>(), 0.14);
        }
    }

    [Fact]
    public void CheckerboardFillsItsDarkSquaresEvenly()
    {
        var samples = Draw(Checkerboard.Draw, conditions: 4);
        var board = (samples.Data + 4) / 2;
        var square = board.floor();
        Assert.True((samples.Data >= -4).all().item<bool>() && (samples.Data < 4).all().item<bool>());
        Assert.True((square.sum(1).remainder(2) == 0).all().item<bool>());
        Assert.True(square.select(1, 1).Equals(samples.Condition!.argmax(1).to(float32)));

        for (var row = 0; row < 4; row++)
        {
            for (var column = row % 2; column < 4; column += 2)
            {
                var inside = (square.select(1, 0) == column).logical_and(square.select(1, 1) == row);
                Assert.Equal(0.125, inside.to(float32).mean().item<float>(), 0.009);
            }
        }

        var position = board - square;
        AssertMean([0.5, 0.5], position, 0.008);
        AssertCovariance([[1 / 12.0, 0], [0, 1 / 12.0]], position, 0.003);
    }

    [Fact]
    public void RingsHaveEvenlySpacedRadii()
    {
        var samples = Draw(Rings.Draw, conditions: 4);
        for (var ring = 0; ring < 4; ring++)
        {
            var points = Component(samples, ring, expectedShare: 0.25);
            var radius = 0.75 * (ring + 1);
            var variance = (radius * radius / 2) + (0.08 * 0.08);
            AssertMean([0, 0], points, 0.11);
            AssertCovariance([[variance, 0], [0, variance]], points, 0.17);
            Assert.Equal((radius * radius) + (2 * 0.08 * 0.08), points.square().sum(1).mean().item<double>(), 0.025);
            Assert.Equal(0.08, points.norm(1).std().item<double>(), 0.004);
        }
    }

    [Fact]
    public void SwissRollWindsOutWithItsPosition()
    {
        var samples = Draw(SwissRoll.Draw, conditions: 1);
        var position = samples.Condition!.to(float64);
        Assert.True((position >= 0).all().item<bool>() && (position <= 1).all().item<bool>());
        AssertMean([0.5], position, 0.008);
        AssertCovariance([[1 / 12.0]], position, 0.003);

        var residual = new double[Count, 2];
        var (points, positions) = (samples.Data.data<float>().ToArray(), position.data<double>().ToArray());
        for (var n = 0; n < Count; n++)
        {
            var t = 1.5 * Math.PI * (1 + (2 * positions[n]));
            residual[n, 0] = points[2 * n] - (t * Math.Cos(t) / 5);
            residual[n, 1] = points[(2 * n) + 1] - (t * Math.Sin(t) / 5);
        }

        AssertMean([0, 0], tensor(residual), 0.005);
        AssertCovariance([[0.04, 0], [0, 0.04]], tensor(residual), 0.0015);
    }

    private static Samples Draw(Func<long, RandomStream, Samples> draw, int conditions)
    {
        using var outer = NewDisposeScope();
        using var random = NamedSeed.Stream(1, "test");
        var samples = draw(Count, random);
        Assert.Equal([Count, 2], samples.Data.shape);
        Assert.Equal([Count, conditions], samples.Condition!.shape);
        Assert.Equal(float32, samples.Data.dtype);
        Assert.Equal(float32, samples.Condition.dtype);
        Assert.Equal(2, outer.DisposablesCount); // nothing else is left behind
        return new Samples(samples.Data.MoveToOuterDisposeScope(), samples.Condition.MoveToOuterDisposeScope());
    }

    /// <summary>The points whose one-hot condition names this component, in float64.</summary>
    private static Tensor Component(Samples samples, int component, double expectedShare)
    {
        var condition = samples.Condition!;
        Assert.True((condition.sum(1) == 1).all().item<bool>());
        Assert.Equal(expectedShare, condition.select(1, component).mean().item<float>(), 0.0125);
        return samples.Data.index_select(0, (condition.select(1, component) == 1).nonzero().squeeze(1)).to(float64);
    }

    private static Tensor Point(double x, double y) => tensor(new[] { x, y });

    private static void AssertMean(double[] expected, Tensor points, double tolerance) =>
        Assert.All(expected, (value, i) => Assert.Equal(value, points.select(1, i).to(float64).mean().item<double>(), tolerance));

    private static void AssertCovariance(double[][] expected, Tensor points, double tolerance)
    {
        var centred = points.to(float64) - points.to(float64).mean([0]);
        var covariance = centred.t().mm(centred) / points.shape[0];
        Assert.All(expected, (row, i) => Assert.All(row, (value, j) => Assert.Equal(value, covariance[i, j].item<double>(), tolerance)));
    }
}
