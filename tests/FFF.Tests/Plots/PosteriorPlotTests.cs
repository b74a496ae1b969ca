using FFF.Datasets.Sbi;
using FFF.Flows;
using FFF.Flows.Matching;
using FFF.Flows.Splines;
using FFF.Formats;
using FFF.Plots;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Formats;
using SkiaSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Plots;

public sealed class PosteriorPlotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["picture.png"];

    public void Dispose() => _folder.Dispose();

    private static Tensor Normal(long count, long dimensions, string name)
    {
        using var random = NamedSeed.Stream(1, name);
        return random.Normal([count, dimensions]);
    }

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"x{i}")];

    [Fact]
    public void PointsLieWhereTheyShould()
    {
        // Two points stretch the axes from corner to corner: the flow's rise, the reference's fall.
        using var rising = tensor(new float[,] { { 0, 0 }, { 1, 1 } });
        using var falling = tensor(new float[,] { { 0, 1 }, { 1, 0 } });
        PosteriorPlot.Save(rising, falling, ["x", "y"], "corners", Path, "flow");

        using var png = new Png(Path);
        Assert.Equal((1062, 628), (png.Width, png.Height));

        // The data of the panels are 440 pixels square and begin at (110, 112) and (586, 112).
        foreach (var (left, count, onDiagonal) in ((int, Func<int, int, int, int, int>, bool)[])[(110, png.Blue, true), (586, png.Vermilion, false)])
        {
            int Corner(bool right, bool top) => count(left + (right ? 400 : 0), 112 + (top ? 0 : 400), left + (right ? 440 : 40), 112 + (top ? 40 : 440));
            Assert.Equal(onDiagonal, Corner(right: false, top: false) > 10);
            Assert.Equal(onDiagonal, Corner(right: true, top: true) > 10);
            Assert.Equal(!onDiagonal, Corner(right: true, top: false) > 10);
            Assert.Equal(!onDiagonal, Corner(right: false, top: true) > 10);
            Assert.Equal(0, count(left + 40, 112 + 40, left + 400, 112 + 400));
        }
    }

    [Fact]
    public void AReferencePosteriorFillsItsPanel()
    {
        using var posterior = ReferenceData.Posterior(SbiTasks.Get("two_moons"), 1);
        PosteriorPlot.Save(posterior, posterior, ["θ₁", "θ₂"], "two moons", Path, "flow");
        using var png = new Png(Path);
        Assert.InRange(png.Blue(110, 112, 550, 552), 1500, 20_000);
        Assert.InRange((double)png.Vermilion(586, 112, 1026, 552) / png.Blue(110, 112, 550, 552), 0.9, 1.1);
    }

    [Theory]
    [InlineData(1, 600)]
    [InlineData(3, 600)]
    [InlineData(3, 20)]
    [InlineData(8, 600)]
    [InlineData(12, 600)]
    public void AnyNumberOfDimensionsIsDrawn(int dimensions, int count)
    {
        using var samples = Normal(count, dimensions, "samples");
        using var reference = Normal(count, dimensions, "reference");
        PosteriorPlot.Save(samples, reference, Names(dimensions), "pairs", Path, "flow");

        using var png = new Png(Path);
        Assert.InRange(png.Width, 800, dimensions > 5 ? 1800 : 1200);
        Assert.InRange(png.Height, 500, dimensions > 5 ? 1800 : 1200);
        Assert.True(png.Blue(0, 0, png.Width, png.Height) > 1000);
        Assert.True(png.Vermilion(0, 0, png.Width, png.Height) > 1000);
    }

    /// <summary>
    /// In a pair plot of two dimensions, the pair is the panel at (110, 548), of 424 pixels; the diagonal begins at (110, 112) and (546, 548).
    /// </summary>
    [Fact]
    public void DotsAndTheTrueParametersLieWhereTheyShould()
    {
        using var rising = tensor(new float[,] { { 0, 0 }, { 1, 1 } });
        using var falling = tensor(new float[,] { { 0, 1 }, { 1, 0 } });
        PosteriorPlot.SavePairs([("flow", rising), ("reference", falling)], new PairMarks([0.5, 0.5]), ["x", "y"], "pairs", Path, PairStyle.Dots);
        using (var png = new Png(Path))
        {
            Assert.Equal((1006, 1048), (png.Width, png.Height));
            Assert.True(png.Blue(110, 932, 150, 972) > 10);
            Assert.True(png.Blue(494, 548, 534, 588) > 10);
            Assert.True(png.Vermilion(110, 548, 150, 588) > 10);
            Assert.True(png.Vermilion(494, 932, 534, 972) > 10);
            Assert.InRange(png.Dark(310, 748, 334, 772), 30, 200);
            Assert.Equal(0, png.Dark(340, 780, 480, 900));

            // The line of the first histogram, at the same place, and that of the second.
            Assert.True(png.Dark(320, 120, 325, 520) > 400);
            Assert.True(png.Dark(756, 556, 761, 956) > 400);
        }

        PosteriorPlot.SavePairs([("flow", rising)], new PairMarks(), ["x", "y"], "pairs", Path, PairStyle.Dots);
        using var alone = new Png(Path);
        Assert.Equal(0, alone.Dark(310, 748, 334, 772));
        Assert.Equal(0, alone.Vermilion(0, 0, alone.Width, alone.Height));
    }

    [Fact]
    public void LimitsOfThePriorAreDrawnWhereTheyLieAndSeveralSidesInTheirColours()
    {
        using var rising = tensor(new float[,] { { 0, 0 }, { 1, 1 } });
        using var falling = tensor(new float[,] { { 0, 1 }, { 1, 0 } });
        using var third = tensor(new float[,] { { 0.2f, 0.2f } });
        PosteriorPlot.SavePairs(
            [("one", rising), ("two", third), ("three", falling)], new PairMarks(null, [new ColumnBounds(0.5, 7), null]),
            ["x", "y"], "pairs", Path, PairStyle.Dots);
        using var png = new Png(Path);

        // A dashed upright line in the middle of the first histogram and of the pair; nothing at 7, nor for y.
        Assert.InRange(png.Dark(318, 120, 327, 520), 100, 900);
        Assert.InRange(png.Dark(318, 560, 327, 960), 100, 900);
        Assert.Equal(0, png.Dark(340, 756, 480, 762));
        Assert.True(png.Blue(110, 932, 150, 972) > 10);
        Assert.Throws<ArgumentException>(() => PosteriorPlot.SavePairs(
            [("one", rising), ("two", third.narrow(1, 0, 1))], new PairMarks(), ["x", "y"], "pairs", Path, PairStyle.Dots));
    }

    [Fact]
    public void TrueParametersFarFromTheSamplesAreShown()
    {
        Assert.Equal(new AxisRange(-0.05, 3.1), new AxisRange(-0.05, 1.95).With(3.0));
        Assert.Equal(new AxisRange(0, 1), new AxisRange(0, 1).With(0.5));
        Assert.Equal(new AxisRange(0, 1), new AxisRange(0, 1).With(null));
    }

    [Fact]
    public void ContoursLieWhereTheDensityIs()
    {
        // In the first pair, the flow's samples lie in the lower left of the frame, the reference's in the upper right.
        using var samples = Normal(2000, 3, "samples");
        using var reference = Normal(2000, 3, "reference") + 7;
        PosteriorPlot.Save(samples, reference, Names(3), "contours", Path, "flow");
        using var png = new Png(Path);
        const int Cell = 278;
        var (left, top) = (110, 112 + Cell + 12);
        Assert.True(png.Blue(left, top + (Cell / 2), left + (Cell / 2), top + Cell) > 200);
        Assert.Equal(0, png.Blue(left + (Cell / 2) + 8, top, left + Cell, top + (Cell / 2) - 8));
        Assert.True(png.Vermilion(left + (Cell / 2), top, left + Cell, top + (Cell / 2)) > 200);
        Assert.Equal(0, png.Vermilion(left, top + (Cell / 2) + 8, left + (Cell / 2) - 8, top + Cell));
    }

    [Fact]
    public void WithoutAReferenceThereIsOnePanel()
    {
        using var samples = Normal(100, 2, "samples");
        PosteriorPlot.Save(samples, null, Names(2), "alone", Path, "flow");
        using var png = new Png(Path);
        Assert.Equal(1062 - 476, png.Width);
        Assert.Equal(0, png.Vermilion(0, 0, png.Width, png.Height));
    }

    [Fact]
    public void SamplesThatAreNotFiniteOrLieOutsideAreCounted()
    {
        using var samples = tensor(new double[,] { { 0.5, 0.5 }, { double.NaN, 0 }, { 0, double.PositiveInfinity }, { 50, 0.5 } });
        var columns = SampleColumns.Of(samples, 2);
        Assert.Equal([0.5, 50], columns.Columns[0]);
        Assert.Equal("2 samples, 1 outside, 2 not finite", columns.Describe([new AxisRange(0, 1), new AxisRange(0, 1)]));
    }

    [Fact]
    public void NothingButSamplesThatAreNotFiniteIsDrawnAsAnEmptyPanel()
    {
        using var samples = full([5, 2], double.NaN);
        using var many = full([600, 3], double.NaN);
        using var reference = Normal(600, 3, "reference");
        PosteriorPlot.Save(samples, null, Names(2), "nothing", Path, "flow");
        PosteriorPlot.Save(many, reference, Names(3), "nothing", Path, "flow");
        using var png = new Png(Path);
        Assert.True(png.Vermilion(0, 0, png.Width, png.Height) > 1000);
    }

    [Fact]
    public void TextIsDrawnWithTheEmbeddedFont()
    {
        Assert.Equal("Inter", PlotFont.Typeface.FamilyName);
        Assert.Same(PlotFont.Typeface, ScottPlot.Fonts.GetTypeface(PlotFont.Name, bold: true, italic: false));
        Assert.True(PlotFont.Typeface.ContainsGlyphs("free-form flow 0123456789 −·×…‖²⁰¹³⁴⁵⁶⁷⁸⁹⁻θβ₀₁₂₃₄₅₆₇₈₉%"));

        using var samples = Normal(100, 2, "samples");
        PosteriorPlot.Save(samples, null, Names(2), "", Path, "flow");
        using var untitled = new Png(Path);
        PosteriorPlot.Save(samples, null, Names(2), "A title", Path, "flow");
        using var titled = new Png(Path);
        Assert.Equal(0, untitled.Dark(0, 0, untitled.Width, 70));
        Assert.InRange(titled.Dark(0, 0, titled.Width, 70), 200, 2000);

        // Tick labels and names, left of and below the data.
        Assert.True(titled.Dark(20, 112, 100, 552) > 300);
        Assert.True(titled.Dark(110, 562, 550, 628) > 300);
    }

    [Fact]
    public void LongTextIsShortenedToFit()
    {
        using var font = new SKFont(PlotFont.Typeface, 20);
        var fitting = PlotFont.Fit(new string('m', 200), 20, 300);
        Assert.EndsWith("…", fitting, StringComparison.Ordinal);
        Assert.InRange(font.MeasureText(fitting), 260, 300);
        Assert.Equal("short", PlotFont.Fit("short", 20, 300));
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefused()
    {
        using var samples = Normal(10, 2, "samples");
        using var empty = zeros(0, 2);
        using var other = zeros(10, 3);
        Assert.Throws<ArgumentException>(() => PosteriorPlot.Save(samples, null, Names(3), "", Path, "flow"));
        Assert.Throws<ArgumentException>(() => PosteriorPlot.Save(empty, null, Names(2), "", Path, "flow"));
        Assert.Throws<ArgumentException>(() => PosteriorPlot.Save(samples, other, Names(2), "", Path, "flow"));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void AFolderThatIsMissingIsNamed()
    {
        using var samples = Normal(10, 2, "samples");
        var path = System.IO.Path.Combine(_folder.Path, "none", "picture.png");
        Assert.Contains(path, Assert.Throws<FileWriteException>(() => PosteriorPlot.Save(samples, null, Names(2), "", path, "flow")).Message);
    }

    [Fact]
    public void SamplesAreNamedAfterTheirMethod()
    {
        Assert.Equal("free-form flow", new FreeFormMethod().Label);
        Assert.Equal("spline flow", new SplineFlowMethod().Label);
        Assert.Equal("flow matching", new FlowMatchingMethod().Label);
    }
}
