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

    [Theory]
    [InlineData("lacks 'b'", "ours.csv", "other.csv")]
    [InlineData("no column 'q'", "ours.csv", "--columns", "a,q")]
    [InlineData("--truth: has 1 number", "ours.csv", "--truth", "0.3")]
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
