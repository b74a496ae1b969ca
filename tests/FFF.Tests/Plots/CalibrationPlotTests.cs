using FFF.Evaluation.Calibration;
using FFF.Evaluations.Calibration;
using FFF.Formats;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Plots;

public sealed class CalibrationPlotTests : IDisposable
{
    private const int N = 400;
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["picture.png"];

    public void Dispose() => _folder.Dispose();

    /// <summary>A report of parameters with these ranks, over and over, the first of which serve as the whole posterior too.</summary>
    private static CalibrationReport Report(int parameters, params double[][] ranks)
    {
        var error = Verdict.ErrorOfEach(parameters);
        var band = CoverageBand.Of(N, 1 - error);
        var each = Enumerable.Range(0, parameters).Select(d => Parameter($"parameter_{d + 1}", ranks[d % ranks.Length])).ToArray();
        return new("data", "simulations", N, 100, 1, null, false, each[0].Verdict, ExpectedCoverage.Levels, band, each[0].Coverage, each, 1);

        ParameterCalibration Parameter(string name, double[] u)
        {
            var (statistics, coverage) = (RankStatistics.Of(u), ExpectedCoverage.OfCentralIntervals(u));
            return new(name, Verdict.Of(statistics, coverage, band, error).ToString(), statistics, coverage);
        }
    }

    private static double[] Even => [.. Enumerable.Range(0, N).Select(i => (i + 0.5) / N)];

    /// <summary>Half of the ranks in the first bin, half in the last.</summary>
    private static double[] AtTheEnds => [.. Enumerable.Range(0, N).Select(i => i % 2 == 0 ? 0.01 : 0.99)];

    [Fact]
    public void BarsOfRanksAreAsHighAsTheyAreMany()
    {
        RankPlot.Save(Report(2, Even, AtTheEnds), "ranks", Path);
        using var png = new Png(Path);

        // The data begin at (110, 142) and (563, 142), 427 × 190 pixels; the bars of the second, of 200, are eight times as high as those of the first.
        Assert.Equal((1026, 408), (png.Width, png.Height));
        Assert.True(png.Blue(300, 304, 340, 316) > 40);
        Assert.Equal(0, png.Blue(300, 142, 340, 300));
        Assert.True(png.Blue(563, 200, 588, 320) > 2000);
        Assert.True(png.Blue(964, 200, 990, 320) > 2000);
        Assert.Equal(0, png.Blue(620, 142, 940, 320));

        // Only the second verdict is written as a warning.
        Assert.Equal(0, png.Vermilion(110, 100, 560, 140));
        Assert.True(png.Vermilion(563, 100, 1010, 140) > 50);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(10, 2)]
    [InlineData(25, 4)]
    public void AnyNumberOfParametersIsDrawn(int parameters, int rows)
    {
        RankPlot.Save(Report(parameters, Even), "ranks", Path);
        using var png = new Png(Path);
        Assert.Equal(142 + (rows * 190) + ((rows - 1) * 52) + 76, png.Height);
        Assert.InRange(png.Width, 1000, 1650);

        // The last row is drawn too.
        Assert.True(png.Blue(110, png.Height - 76 - 100, 300, png.Height - 76) > 500);
    }

    [Fact]
    public void CoverageFollowsTheDiagonalOrLeavesItInAnotherColour()
    {
        // Panels of 440 pixels begin at (110, 146) and (586, 146).
        CoveragePlot.Save(Report(1, Even), "coverage", Path);
        using (var png = new Png(Path))
        {
            Assert.Equal((1062, 662), (png.Width, png.Height));
            Assert.True(png.Blue(320, 356, 340, 376) > 20);
            Assert.Equal(0, png.Blue(110, 146, 300, 300));
            Assert.Equal(0, png.Vermilion(0, 0, png.Width, png.Height));
        }

        // No interval but the widest holds anything: the curve runs along the bottom.
        CoveragePlot.Save(Report(2, AtTheEnds, Even), "coverage", Path);
        using var ends = new Png(Path);
        Assert.True(ends.Vermilion(250, 580, 400, 590) > 200);
        Assert.Equal(0, ends.Vermilion(250, 146, 400, 570));
        Assert.Equal(0, ends.Blue(110, 146, 550, 586));
        Assert.True(ends.Vermilion(726, 580, 876, 590) > 200);
        Assert.True(ends.Blue(796, 356, 816, 376) > 20);
    }

    [Fact]
    public void APlaceThatCannotBeWrittenIsTold()
    {
        var path = _folder["none/picture.png"];
        Assert.Throws<FileWriteException>(() => RankPlot.Save(Report(1, Even), "", path));
        Assert.Throws<FileWriteException>(() => CoveragePlot.Save(Report(1, Even), "", path));
    }
}
