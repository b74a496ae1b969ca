using FFF.Reports;
using Xunit;

namespace FFF.Tests.Plots;

/// <summary>A chart ends, whatever its numbers.</summary>
public sealed class SvgChartTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(9007199254740992, 9007199254740994)]
    [InlineData(1e17, 1.0000000000000002e17)]
    [InlineData(-1e308, 1e308)]
    [InlineData(1e299, 2e299)]
    [InlineData(5e-324, 1e-323)]
    [InlineData(-1e17, 1e-17)]
    public void TicksEndOnAnyAxis(double low, double high)
    {
        foreach (var logarithmic in new[] { false, true })
        {
            foreach (var series in new[] { new Series("a", [0, 1, 2], [low, high, low]), new Series("a", [low, high], [0, 1]) })
            {
                var chart = SvgChart.Create("title", [series], logarithmic);
                Assert.InRange(chart.Split("class=\"tick\"").Length, 1, 60);
            }
        }
    }

    [Fact]
    public void NumbersTooLargeForAnAxisAreGaps()
    {
        Assert.Equal("", SvgChart.Create("title", [new Series("a", [1, 2], [1e308, -1e308])], logarithmic: false));
        Assert.Contains("<circle", SvgChart.Create("title", [new Series("a", [1, 2, 3], [1, 1e308, 2])], logarithmic: false), StringComparison.Ordinal);
    }
}
