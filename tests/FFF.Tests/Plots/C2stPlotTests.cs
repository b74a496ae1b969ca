using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Evaluations.C2st;
using FFF.Flows.Splines;
using FFF.Formats;
using FFF.Runs;
using FFF.Tests.Experiments;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Plots;

public sealed class C2stPlotTests : IDisposable
{
    private const int Left = 110;
    private const int Top = 140;
    private const int Width = 240;
    private const int Height = 210;
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["c2st.png"];

    public void Dispose() => _folder.Dispose();

    private Png Draw()
    {
        C2stPlot.Save(BenchmarkScore.Of(BenchmarkRuns.Read([.. RunLocator.List(_folder["runs"]).Select(run => run.Folder)]).Runs), Path);
        return new Png(Path);
    }

    private void Add(string task, int simulations, params double[] c2st) => SyntheticRuns.Add(_folder["runs"], task, simulations, c2st);

    /// <summary>The pixel of a value: the axes show 10^2.7 to 10^5.3 simulations and a C2ST of 0.46 to 1.04.</summary>
    private static (int X, int Y) At(double simulations, double c2st) =>
        ((int)Math.Round(Left + ((Math.Log10(simulations) - 2.7) / 2.6 * Width)), (int)Math.Round(Top + ((1.04 - c2st) / 0.58 * Height)));

    [Fact]
    public void DotsLieWhereMeanAndBudgetAreAndBarsReachADeviationUpAndDown()
    {
        Add("two_moons", 1000, 0.9, 0.9);
        Add("two_moons", 100_000, 0.6, 0.8);
        using var png = Draw();
        Assert.True(Blue(At(1000, 0.9), 3) > 20);
        Assert.True(Blue(At(100_000, 0.7), 3) > 20);

        // √2/10 is the deviation of 0.6 and 0.8.
        Assert.True(Blue(At(100_000, 0.7 + 0.1414 - 0.01), 3) > 5);
        Assert.True(Blue(At(100_000, 0.7 - 0.1414 + 0.01), 3) > 5);
        Assert.Equal(0, Blue(At(100_000, 0.7 + 0.1414 + 0.03), 3));
        Assert.Equal(0, Blue(At(100_000, 0.7 - 0.1414 - 0.03), 3));
        Assert.Equal(0, Blue(At(1000, 0.9 + 0.06), 3));

        int Blue((int X, int Y) at, int reach) => png.Blue(at.X - reach, at.Y - reach, at.X + reach + 1, at.Y + reach + 1);
    }

    [Fact]
    public void ThePublishedResultsAreADashedLine()
    {
        Add("two_moons", 1000, 0.95);
        using var png = Draw();
        var (from, to) = (At(1000, PublishedC2st.Mean("two_moons", "NPE", 1000)!.Value), At(10_000, PublishedC2st.Mean("two_moons", "NPE", 10_000)!.Value));
        var along = Enumerable.Range(0, 40)
            .Select(i => (X: from.X + ((to.X - from.X) * i / 39), Y: from.Y + ((to.Y - from.Y) * i / 39)))
            .Count(at => png.Dark(at.X - 1, at.Y - 2, at.X + 2, at.Y + 3) > 0);
        Assert.InRange(along, 15, 38);
    }

    [Fact]
    public void MethodsStandBesideEachOtherInColoursOfTheirOwn()
    {
        Add("two_moons", 10_000, 0.7);
        SyntheticRuns.Add(_folder["runs"],
            new Experiment { Name = "spline", Method = new SplineFlowMethod(), Data = new SbiData { Task = "two_moons" } }, [0.7]);
        using var png = Draw();
        var ((left, middle), (right, _)) = (At(10_000 * Math.Pow(10, -0.035), 0.7), At(10_000 * Math.Pow(10, 0.035), 0.7));
        Assert.True(png.Blue(left - 3, middle - 3, left + 2, middle + 4) > 10);
        Assert.True(png.Vermilion(right - 1, middle - 3, right + 4, middle + 4) > 10);
        Assert.Equal(0, png.Vermilion(Left + 5, middle - 5, left - 2, middle + 6));
    }

    [Fact]
    public void TenTasksAreTwoRowsOfFive()
    {
        foreach (var task in SbiTasks.Names)
        {
            Add(task, 10_000, 0.9);
        }

        using var png = Draw();
        Assert.True(png.Width is > 1400 and < 1500 && png.Height is > 650 and < 800, $"{png.Width} × {png.Height}");
        for (var i = 0; i < 10; i++)
        {
            var (x, y) = (Left + (i % 5 * (Width + 22)), Top + (i / 5 * (Height + 56)));
            Assert.True(png.Blue(x, y, x + Width, y + Height) > 30, $"panel {i}");
        }
    }

    [Fact]
    public void AC2STBelowTheUsualFloorIsStillShown()
    {
        Add("sir", 50, 0.2);
        using var png = Draw();
        Assert.True(png.Blue(Left, Top, Left + Width, Top + Height) > 30);
    }

    [Fact]
    public void AFolderThatIsMissingIsNamed()
    {
        Add("sir", 1000, 0.5);
        var scores = BenchmarkScore.Of(BenchmarkRuns.Read([.. RunLocator.List(_folder["runs"]).Select(run => run.Folder)]).Runs);
        Assert.Throws<FileWriteException>(() => C2stPlot.Save(scores, _folder["none/c2st.png"]));
    }
}
