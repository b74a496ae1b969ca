using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Samples from files over each other, as somebody draws them who compares methods.</summary>
public sealed class PlotPairsTests : IDisposable
{
    private readonly Workplace _place = new();

    public PlotPairsTests()
    {
        _place.Write("ours.csv", "a,b,log_prob\n0,0,-1\n1,1,-2\n0.5,0.4,-1\n");
        _place.Write("spline.csv", "b,a\n0,1\n1,0\n0.2,0.1\n");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void FilesAreDrawnOverEachOtherByTheNamesOfTheirColumns()
    {
        var drawn = _place.Run("plot", "pairs", "ours.csv", "second=spline.csv", "--truth", "b=0.2,a=0.1", "--title", "both");
        Assert.True(drawn.Code == 0, drawn.Error);
        Assert.Contains("pairs.png", drawn.Out);
        Assert.True(new FileInfo(_place["pairs.png"]).Length > 10_000);
        Assert.Equal(0, _place.Run("plot", "pairs", "ours.csv", "--columns", "b", "--truth", "0.2", "--dots", "--out", "one.png").Code);
    }

    /// <summary>Samples of several conditions, as the program writes them, are drawn by their row, and never as one.</summary>
    [Fact]
    public void SamplesOfSeveralConditionsAreDrawnByTheirRow()
    {
        _place.Write("several.csv", "row,a,b\n0,0,0\n0,1,1\n2,0.5,0.4\n2,0.1,0.3\n");
        UsageTests.Refused(_place,
            "several.csv: holds samples of several conditions, of the rows 0, 2, which are no samples of one distribution. Choose one by --row",
            "plot", "pairs", "ours.csv", "several.csv");
        UsageTests.Refused(_place, "has no samples of row 1 of the conditions; it has those of 0, 2", "plot", "pairs", "several.csv", "--row", "1");
        UsageTests.Refused(_place, "--row: there is no column 'row' in ours.csv", "plot", "pairs", "ours.csv", "--row", "1");
        UsageTests.Refused(_place, "there is no column 'row'", "plot", "pairs", "several.csv", "--row", "2", "--columns", "row");
        var drawn = _place.Run("plot", "pairs", "several.csv", "ours.csv", "--row", "2", "--truth", "0.2,0.3");
        Assert.True(drawn.Code == 0, drawn.Error);
        Assert.True(new FileInfo(_place["pairs.png"]).Length > 10_000);
        UsageTests.Refused(_place, "several.csv: holds samples of several conditions", "eval-c2st", "--samples", "several.csv", "--reference", "ours.csv");

        // A parameter that is called row stays one.
        _place.Write("own.csv", "row_of_condition,row,b\n0,7,0\n0,8,1\n");
        Assert.Equal(0, _place.Run("plot", "pairs", "own.csv", "--columns", "row,b").Code);
    }

    [Theory]
    [InlineData("lacks 'b'", "ours.csv", "other.csv")]
    [InlineData("no column 'q'", "ours.csv", "--columns", "a,q")]
    [InlineData("--truth: has 1 number, but the columns that are drawn are 2: a, b.", "ours.csv", "--truth", "0.3")]
    [InlineData("no such file", "gone.csv")]
    [InlineData("ends in .png", "ours.csv", "--out", "picture.pdf")]
    [InlineData("6 at most", "ours.csv", "ours.csv", "ours.csv", "ours.csv", "ours.csv", "ours.csv", "ours.csv")]
    public void WhatDoesNotFitIsSaid(string expected, params string[] arguments)
    {
        _place.Write("other.csv", "a,c\n0,1\n1,0\n");
        UsageTests.Refused(_place, expected, ["plot", "pairs", .. arguments]);
        Assert.False(File.Exists(_place["pairs.png"]));
    }
}
