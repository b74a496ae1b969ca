using FFF.Flows;
using FFF.Paper;
using Xunit;

namespace FFF.Tests.Paper;

/// <summary>The paper's Figure 2, whose gradients are known: with s = σ², ∂L/∂a = as − c − 2βsb(1 − ab) and ∂L/∂b = −2βsa(1 − ab), c = 1/a for the true
/// log-determinant and c = b for the surrogate.</summary>
public sealed class GradientLandscapeTests
{
    private const double Square = 1.5 * 1.5;

    [Theory]
    [InlineData(0.3, -1.2)]
    [InlineData(-0.9, 2.5)]
    [InlineData(1.4, 0.1)]
    public void TheGradientsAreThoseOfTheClosedForms(double a, double b)
    {
        foreach (var (form, slope) in (IEnumerable<(SurrogateForm, double)>)[(SurrogateForm.Exact, 1 / a), (SurrogateForm.Data, b), (SurrogateForm.Latent, b)])
        {
            using var pair = new LinearPair(form, 1.5, beta: 2);
            var gradient = pair.Gradient(new(a, b));
            Assert.Equal((a * Square) - slope - (4 * Square * b * (1 - (a * b))), gradient.A, 1e-10);
            Assert.Equal(-4 * Square * a * (1 - (a * b)), gradient.B, 1e-10);
        }
    }

    [Fact]
    public void TheTrueLossHasTwoMinimaAndTheSurrogateASaddleBesides()
    {
        using var exact = new LinearPair(SurrogateForm.Exact, 1.5, beta: 1);
        Check(GradientLandscapeFigure.CriticalPoints(new(exact.Gradient), LongRun.Times(6, 11)), hasSaddle: false);
        using var surrogate = new LinearPair(SurrogateForm.Data, 1.5, beta: 1);
        Check(GradientLandscapeFigure.CriticalPoints(new(surrogate.Gradient), LongRun.Times(6, 11)), hasSaddle: true);
    }

    [Fact]
    public void DescentEndsInAMinimum()
    {
        using var pair = new LinearPair(SurrogateForm.Data, 1.5, beta: 1);
        var end = new PlaneField(pair.Gradient).Descend(new(0.2, -0.3), 0.01, 1000)[^1];
        Assert.True((end - new PlanePoint(-2.0 / 3, -1.5)).Norm < 0.02 || (end - new PlanePoint(2.0 / 3, 1.5)).Norm < 0.02, $"{end}");
    }

    private static void Check(IReadOnlyList<CriticalPoint> points, bool hasSaddle)
    {
        var minima = points.Where(point => point.Kind == CriticalKind.Minimum).OrderBy(point => point.At.A).ToList();
        Assert.Equal(2, minima.Count);
        Assert.Equal(hasSaddle ? 3 : 2, points.Count);
        foreach (var (minimum, sign) in minima.Zip([-1, 1]))
        {
            Assert.Equal(sign * 2.0 / 3, minimum.At.A, 1e-3);
            Assert.Equal(sign * 1.5, minimum.At.B, 1e-3);
        }

        if (hasSaddle)
        {
            Assert.True(Assert.Single(points, point => point.Kind == CriticalKind.Saddle).At.Norm < 1e-3);
        }
    }
}
