using FFF.Plots;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Plots;

/// <summary>What pictures compute: ranges, histograms, densities, ticks.</summary>
public sealed class NumericsTests
{
    private static double[] Normal(long count, string name)
    {
        using var random = NamedSeed.Stream(1, name);
        return random.Normal([count], float64).data<double>().ToArray();
    }

    [Fact]
    public void AHistogramAgreesWithThatOfLibtorch()
    {
        var values = Normal(5000, "histogram");
        var ours = Histogram.Of(values, new AxisRange(-2, 3), 37);
        using var theirs = tensor(values).histc(37, -2, 3);
        for (var k = 0; k < 37; k++)
        {
            Assert.Equal(theirs[k].item<double>() / (5000 * 5.0 / 37), ours.Density[k], 12);
        }
    }

    [Fact]
    public void AHistogramCoversTheShareOfTheValuesInsideItsRange()
    {
        var histogram = Histogram.Of([0, 0.1, 0.9, 1, 7], new AxisRange(0, 1), 4);
        Assert.Equal([1.6, 0, 0, 1.6], histogram.Density);
        Assert.Equal(0.8, histogram.Density.Sum() / 4, 12);
    }

    [Fact]
    public void AnOutlineFollowsTheBinsFromZeroToZero()
    {
        var (x, y) = new Histogram(new AxisRange(0, 1), [2, 4]).Outline();
        Assert.Equal([0, 0, 0.5, 0.5, 1, 1], x);
        Assert.Equal([0, 2, 2, 4, 4, 0], y);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(1000, 20)]
    [InlineData(10_000, 43)]
    [InlineData(1_000_000, 60)]
    public void BinsGrowWithTheCubeRoot(long count, int bins) => Assert.Equal(bins, Histogram.BinCount(count));

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void AContourOfANormalDensityHasTheHeightThatTheoryGives(double share)
    {
        const int N = 200_000;
        var (x, y) = (Normal(N, "x"), Normal(N, "y"));
        var range = new AxisRange(-5, 5);
        var grid = DensityGrid.Of(x, y, range, range);

        // Smoothing widens the variance; inside the contour at height h of exp(-r²/2s²)/(2πs²) lies 1 − 2πs²·h.
        var cell = 10.0 / DensityGrid.Cells;
        var bandwidth = Math.Clamp(Math.Pow(N, -1.0 / 6) / cell, 1, 2.5) * cell;
        var height = (1 - share) / (2 * Math.PI * (1 + (bandwidth * bandwidth))) * cell * cell;
        Assert.InRange(grid.Level(share) / height, 0.93, 1.07);
        Assert.Equal(1, grid.Mass.Cast<double>().Sum(), 3);
    }

    [Fact]
    public void ADensityPutsAPointIntoItsRowAndColumn()
    {
        var grid = DensityGrid.Of([0.9, 0.9], [0.2, 0.2], new AxisRange(0, 1), new AxisRange(0, 1));
        var (row, column) = ((int)(0.2 * DensityGrid.Cells), (int)(0.9 * DensityGrid.Cells));
        Assert.Equal(grid.Mass.Cast<double>().Max(), grid.Mass[row, column]);
        Assert.True(grid.Mass[row, column] > 10 * grid.Mass[row + 3, column]);
        Assert.True(grid.Mass[row, column] > 10 * grid.Mass[row, column - 3]);
        Assert.Equal(1, grid.Mass.Cast<double>().Sum(), 10);
    }

    [Fact]
    public void ARangeLeavesOutTheTailsOfManySamplesOnly()
    {
        double[] thousands = [.. Enumerable.Range(0, 10_000).Select(i => (double)i), 1e9];
        Assert.InRange(AxisRange.Of(thousands, []).High, 9_900, 11_000);
        Assert.InRange(AxisRange.Of([0, 1, 1e9], []).High, 1e9, 1.1e9);
    }

    [Fact]
    public void FarSamplesDoNotSqueezeTheReference()
    {
        var range = AxisRange.Of([-1e6, 1e6], [0, 1]);
        Assert.Equal(-1.15, range.Low, 12);
        Assert.Equal(2.15, range.High, 12);
    }

    [Fact]
    public void ARangeIsNeverEmpty()
    {
        Assert.True(AxisRange.Of([3, 3], []).Contains(3));
        Assert.True(AxisRange.Of([3, 3], []).Span > 0);
        Assert.True(AxisRange.Of([], []).Span > 0);
        Assert.True(AxisRange.OfCurve([]).Span > 0);
        Assert.True(AxisRange.OfCurve([1e12]).Contains(1e12));
        Assert.InRange(AxisRange.Of([2, 4], [3, 3]).Low, 1.8, 2);
    }

    [Fact]
    public void ACurveShowsItsCourseWithoutTheValuesFarOut()
    {
        double[] falling = [1e6, .. Enumerable.Range(0, 19).Select(i => 5 - (0.1 * i))];
        var range = AxisRange.OfCurve(falling);
        Assert.True(range.Contains(5));
        Assert.True(range.Contains(3.2));
        Assert.True(range.High < 10);
    }

    [Fact]
    public void SpansBecomeEqualUnlessTheyAreOfDifferentKinds()
    {
        Assert.Equal([new AxisRange(0, 2), new AxisRange(-0.5, 1.5)], ScatterPlot.Square([new AxisRange(0, 2), new AxisRange(0, 1)]));
        Assert.Equal([new AxisRange(0, 1000), new AxisRange(0, 1)], ScatterPlot.Square([new AxisRange(0, 1000), new AxisRange(0, 1)]));
    }

    [Fact]
    public void LogarithmicTicksArePowersOfTen()
    {
        var ticks = LogAxis.Majors(new AxisRange(-4.2, 1.3));
        Assert.Equal([-4, -3, -2, -1, 0, 1], ticks.Select(t => t.Position));
        Assert.Equal(["10⁻⁴", "10⁻³", "10⁻²", "0.1", "1", "10"], ticks.Select(t => t.Label));
        Assert.Contains(LogAxis.Minors(new AxisRange(-4.2, 1.3)), p => Math.Abs(p - Math.Log10(0.03)) < 1e-12);
    }

    [Fact]
    public void LogarithmicTicksDivideADecadeAndThinOutOverMany()
    {
        Assert.Equal(["2·10⁻³", "5·10⁻³", "10⁻²"], LogAxis.Majors(new AxisRange(-2.8, -1.9)).Select(t => t.Label));
        Assert.InRange(LogAxis.Majors(new AxisRange(-16, 3)).Count, 4, 7);

        // Between 5.1 and 9.8 there are 6, 7, 8 and 9; between 5.3 and 5.9 round numbers.
        Assert.Equal(["6", "7", "8", "9"], LogAxis.Majors(new AxisRange(Math.Log10(5.1), Math.Log10(9.8))).Select(t => t.Label));
        Assert.Equal(["5.4", "5.6", "5.8"], LogAxis.Majors(new AxisRange(Math.Log10(5.3), Math.Log10(5.9))).Select(t => t.Label));
        Assert.Equal(["3.12·10⁻⁴", "3.13·10⁻⁴", "3.14·10⁻⁴"], LogAxis.Majors(new AxisRange(Math.Log10(3.112e-4), Math.Log10(3.148e-4))).Select(t => t.Label));
        for (var span = 0.01; span < 6; span += 0.013)
        {
            var low = -2 - (0.7 * span % 1);
            var range = new AxisRange(low, low + span);
            var ticks = LogAxis.Majors(range);
            Assert.True(ticks.Count is >= 2 and <= 9, $"{ticks.Count} ticks to {range.High}");
            Assert.All(ticks, tick => Assert.True(range.Contains(tick.Position)));
        }

        Assert.Empty(LogAxis.Minors(new AxisRange(-16, 3)));
    }

    [Theory]
    [InlineData(-0.4, 1, "−0.4")]
    [InlineData(0.30000000000000004, 1, "0.3")]
    [InlineData(1e-17, 1, "0")]
    [InlineData(250000, 1e5, "2.5E5")]
    [InlineData(-2e-5, 1e-5, "−2E−5")]
    public void NumbersArePlain(double value, double span, string text) => Assert.Equal(text, Panel.Number(value, span));
}
