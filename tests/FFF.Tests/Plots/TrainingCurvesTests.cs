using FFF.Figures;
using FFF.Formats;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Plots;

public sealed class TrainingCurvesTests : IDisposable
{
    private static readonly string[] Columns = ["epoch", "beta", "reconstruction", "val_nll", "val_nll_decoder", "val_reconstruction"];

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["curves.png"];

    public void Dispose() => _folder.Dispose();

    private RunFolder Run(params IEnumerable<string> rows)
    {
        var run = RunFolder.Create(_folder.Path, "run");
        File.WriteAllText(run.MetricsFile, "step," + string.Join(',', Columns) + "\n" + string.Concat(rows.Select(row => row + "\n")));
        return run;
    }

    /// <summary>The data of the panels: x from 110 to 976, y from 110 to 380 above and from 450 to 720 below.</summary>
    private Png Draw(RunFolder run)
    {
        TrainingCurves.Save(run, Path);
        var png = new Png(Path);
        Assert.Equal((1000, 800), (png.Width, png.Height));
        return png;
    }

    [Fact]
    public void CurvesFallWhereTheirValuesFall()
    {
        var rows = Enumerable.Range(1, 100).Select(
            e => FormattableString.Invariant($"{e * 10},{e},25,{Math.Pow(10, -e / 25.0)},{5 - (e / 50.0)},{3 + (e / 50.0)},{Math.Pow(10, (e / 25.0) - 4)}"));
        using var png = Draw(Run(rows));
        foreach (var top in (int[])[110, 450])
        {
            int Middle(int y) => top + (y * 27);
            Assert.True(png.Blue(120, top, 320, Middle(4)) > 100);
            Assert.Equal(0, png.Blue(120, Middle(5), 320, Middle(10)));
            Assert.True(png.Blue(760, Middle(6), 966, Middle(10)) > 100);
            Assert.True(png.Vermilion(120, Middle(6), 320, Middle(10)) > 100);
            Assert.True(png.Vermilion(760, top, 966, Middle(4)) > 100);
            Assert.Equal(0, png.Vermilion(760, Middle(5), 966, Middle(10)));
        }
    }

    [Fact]
    public void ARunThatHasLoggedNothingSaysSo()
    {
        using var png = Draw(Run());
        Assert.True(png.Dark(300, 200, 800, 300) > 300);
        Assert.True(png.Dark(300, 540, 800, 640) > 300);
        Assert.Equal(0, png.Blue(110, 110, 976, 380) + png.Blue(110, 450, 976, 720));
    }

    [Fact]
    public void OneRowWithoutValidationIsOnePointAndSaysWhatIsMissing()
    {
        using var png = Draw(Run("10,1,25,0.5,,,"));
        Assert.True(png.Dark(300, 200, 800, 300) > 300);
        Assert.Equal(0, png.Blue(110, 110, 976, 380));

        // In the middle: an epoch alone has room on either side.
        Assert.InRange(png.Blue(110, 450, 976, 720), 20, 120);
        Assert.InRange(png.Blue(530, 570, 556, 600), 20, 120);
        Assert.Equal(0, png.Dark(300, 600, 800, 640));
    }

    [Fact]
    public void AChangingBetaHasAnAxisOfItsOwn()
    {
        using var constant = Draw(Run("10,1,25,0.9,2,1,0.1", "20,2,25,0.8,2,1,0.2"));
        Assert.Equal(0, constant.Dark(900, 460, 970, 700));
        using var changing = Draw(Run("10,1,10,0.9,2,1,0.1", "20,2,1000,0.8,2,1,0.2"));
        Assert.True(changing.Dark(895, 450, 976, 720) > 200);
    }

    [Fact]
    public void ValuesWithoutALogarithmAreLeftOut()
    {
        using var png = Draw(Run("10,1,0,0,NaN,-Infinity,-1", "20,2,0,0.5,2,2,0.5", "30,3,1,0.1,1,1,0.1"));
        Assert.True(png.Blue(110, 450, 976, 720) > 100);
    }

    [Fact]
    public void OtherMetricsAreRefusedByTheNameOfWhatTheyLack()
    {
        var run = Run();
        File.WriteAllText(run.MetricsFile, "step,epoch\n1,1\n");
        var error = Assert.Throws<FileReadException>(() => TrainingCurves.Save(run, Path));
        Assert.Contains("has no column 'beta'", error.Message);
        Assert.False(File.Exists(Path));
    }
}
