using FFF.Flows.Splines;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Splines;

public sealed class RationalQuadraticSplineTests
{
    private const int Bins = 7;
    private const double Bound = 2.5;
    private const int Rows = 4001;

    /// <summary>From −2B to 2B, the same for each of three splines per row.</summary>
    private static readonly Tensor X = linspace(-2 * Bound, 2 * Bound, Rows, dtype: float64).unsqueeze(-1).expand(-1, 3).contiguous();

    [Fact]
    public void ZeroParametersGiveTheIdentity()
    {
        var (y, logDerivative) = new RationalQuadraticSpline(zeros(Rows, 3, 3 * Bins - 1, dtype: float64), Bins, Bound).Forward(X);
        Check.Close(y, X, 1e-13);
        Check.Close(logDerivative, zeros_like(X), 1e-13);
    }

    /// <summary>Ordinary splines, and ones so uneven that the derivative changes by orders of magnitude within a bin.</summary>
    [Theory]
    [InlineData(1, 1e-11, 1e-9)]
    [InlineData(10, 1e-8, 1e-4)]
    public void TheInverseLeadsBackAndHasTheSameDerivative(double scale, double tolerance, double derivativeTolerance)
    {
        var spline = DifferentSplines(scale);
        var (y, forward) = spline.Forward(X);
        var (back, inverse) = spline.Inverse(y);
        Check.Close(back, X, tolerance);
        Check.Close(inverse, forward, derivativeTolerance);
    }

    /// <summary>The inverse in single precision: neither of its two forms loses digits.</summary>
    [Fact]
    public void TheInverseIsStableInSinglePrecision()
    {
        var parameters = new RandomStream(4).Normal([Rows, 3, 3 * Bins - 1]) * 3;
        var y = X.to(float32);
        var (x, _) = new RationalQuadraticSpline(parameters, Bins, Bound).Inverse(y);
        var (exact, logDerivative) = new RationalQuadraticSpline(parameters.to(float64), Bins, Bound).Inverse(y.to(float64));

        // The knots themselves are rounded, by about 1e-6, which moves x by that over the derivative.
        Assert.True(((x.to(float64) - exact).abs() <= 1e-5 * (1 + (-logDerivative).exp())).all().item<bool>());
    }

    [Fact]
    public void TheDerivativeIsThatOfReverseMode()
    {
        var x = X.clone().requires_grad_();
        var (y, logDerivative) = DifferentSplines(1).Forward(x);
        var derivative = autograd.grad([y], [x], [ones_like(y)])[0];
        Check.Close(logDerivative.exp(), derivative, 1e-9);
    }

    [Fact]
    public void ASplineRisesAndIsTheIdentityOutside()
    {
        var (y, logDerivative) = OneSpline(Parameters()).Forward(X);
        Assert.True((y.narrow(0, 1, Rows - 1) > y.narrow(0, 0, Rows - 1)).all().item<bool>());
        var outside = X.abs() > Bound;
        Check.Close(y[outside], X[outside], 1e-12);
        Check.Close(logDerivative[outside], zeros_like(X)[outside], 1e-12);
        Assert.True(((y - X).abs()[outside.logical_not()] > 1e-3).any().item<bool>());
    }

    /// <summary>The knots that the parameters stand for, computed one number at a time, are met with their derivatives.</summary>
    [Fact]
    public void ASplineMeetsItsKnots()
    {
        var parameters = Parameters();
        var numbers = parameters.data<double>().ToArray();
        double[] Knots(int first)
        {
            var exponentials = numbers[first..(first + Bins)].Select(Math.Exp).ToArray();
            var knots = new double[Bins + 1];
            knots[0] = -Bound;
            for (var i = 0; i < Bins; i++)
            {
                knots[i + 1] = knots[i] + 2 * Bound * (1e-3 + (1 - Bins * 1e-3) * exponentials[i] / exponentials.Sum());
            }

            return knots;
        }

        var (x, y) = (Knots(0), Knots(Bins));
        double[] derivatives = [1, .. numbers[(2 * Bins)..].Select(d => 1e-3 + Math.Log(1 + Math.Exp(d) * (Math.Exp(1 - 1e-3) - 1))), 1];
        var at = tensor(x).unsqueeze(-1);
        var (value, logDerivative) = new RationalQuadraticSpline(parameters.expand(Bins + 1, 1, -1), Bins, Bound).Forward(at);
        Check.Close(value, tensor(y).unsqueeze(-1), 1e-12);
        Check.Close(logDerivative.exp(), tensor(derivatives).unsqueeze(-1), 1e-9);
    }

    private static Tensor Parameters() => new RandomStream(5).Normal([3 * Bins - 1], float64);

    private static RationalQuadraticSpline OneSpline(Tensor parameters) => new(parameters.expand(Rows, 3, -1), Bins, Bound);

    private static RationalQuadraticSpline DifferentSplines(double scale) =>
        new(new RandomStream(6).Normal([Rows, 3, 3 * Bins - 1], float64) * scale, Bins, Bound);
}
