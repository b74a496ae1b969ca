using System.Diagnostics;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>What becomes of stdout and stderr ends no run, and what a shell leaves to the program is done there.</summary>
public sealed class StreamTests(TrainedRuns trained)
{
    [Theory]
    [InlineData(">/dev/full")]
    [InlineData("2>/dev/full")]
    [InlineData(">/dev/full 2>&1")]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    public void TrainingFinishes(string streams)
    {
        using var place = Place();
        var (code, _) = Shell(place, $"train --config toy.yaml {streams}");
        Assert.Equal(0, code);
        Assert.Contains("\"finished\"", File.ReadAllText(place["runs/moons/v0001/manifest.json"]), StringComparison.Ordinal);
        Assert.True(File.Exists(place["runs/moons/v0001/eval/nll.json"]));
    }

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    [InlineData("2>&- >&-")]
    public void AMessageThatNobodyCanReadLeavesTheExitCode(string streams)
    {
        using var place = Place();
        Assert.Equal(2, Shell(place, $"runs show none {streams}").Code);
        Assert.Equal(2, Shell(place, $"nonsense {streams}").Code);
    }

    [Theory]
    [InlineData("runs list")]
    [InlineData("runs list --csv")]
    [InlineData("config show --config toy.yaml")]
    [InlineData("reference keys")]
    [InlineData("completion bash")]
    [InlineData("eval-nll --run moons --json")]
    [InlineData("sample --run moons -n 5 --out five.csv")]
    public void ResultsThatAreOnlyOnStdoutAreMissedWhereItIsFull(string words)
    {
        using var place = trained.Copy();
        RequireShell();
        place.Write("toy.yaml", Configs.Toy);
        var (code, error) = Shell(place, $"{words} >/dev/full");
        Assert.Equal(1, code);
        Assert.Contains("stdout did not take all", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheHomeFolderIsMeantByOptionsToo()
    {
        using var place = trained.Copy();
        Directory.CreateDirectory(place["home"]);
        (string, string)[] home = [("HOME", place["home"])];
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Shells there leave the home folder's sign alone.");
        var drawn = place.Run(home, ["sample", "--run", "moons", "-n", "5", "--out=~/five.csv"]);
        Assert.Equal(0, drawn.Code);
        Assert.True(File.Exists(place["home/five.csv"]));
        Assert.False(Path.Exists(place["~"]));
        Assert.Contains("'~else'", place.Run(home, ["runs", "list", "--runs=~else/runs"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingInARunReachesTheTerminalAsAControlSequence()
    {
        using var place = trained.Copy();
        var path = place["runs/moons/v0001/manifest.json"];
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text.Replace("\"device\": \"cpu\"", "\"device\": \"c\\u001b]0;x\\u0007\\u009b2J\\u202epu\"", StringComparison.Ordinal));
        Assert.NotEqual(text, File.ReadAllText(path));
        var shown = place.Run("runs", "show", "moons");
        Assert.Equal(0, shown.Code);
        Assert.Contains("c·]0;x··2J·pu", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void LinksAndPipesInARunHangNoCommand()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes are made by mkfifo.");
        using var place = trained.Copy();
        Directory.CreateDirectory(place["runs/moons/v0001/samples"]);
        Directory.CreateSymbolicLink(place["runs/moons/v0001/samples/a"], place["runs/moons/v0001"]);
        Directory.CreateSymbolicLink(place["runs/moons/v0001/samples/b"], place["runs/moons/v0001"]);
        Directory.CreateDirectory(place["runs/piped/v0001/eval"]);
        using (var process = Process.Start("mkfifo",
            [place["runs/piped/v0001/manifest.json"], place["runs/moons/v0001/eval/x.json"], place["runs/moons/v0001/samples/x.csv"]]))
        {
            process.WaitForExit();
        }

        Assert.Equal(0, place.Run("runs", "show", "moons").Code);
        Assert.Contains("unreadable", place.Run("runs", "list").Out, StringComparison.Ordinal);
        Assert.Equal(0, place.Run("report", "moons", "--out", "page.html").Code);
        Assert.Equal(0, place.Run("runs", "prune", "--name", "moons", "--yes").Code);
        Assert.False(Directory.Exists(place["runs/moons"]));
    }

    /// <summary>In a container it may be missing, and what is written to it then makes a usual file of that name.</summary>
    private static void RequireShell()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is a device of Linux.");
        using var test = Process.Start("test", ["-c", "/dev/full"]);
        test.WaitForExit();
        Assert.SkipUnless(test.ExitCode == 0, "/dev/full is no device here.");
    }

    private static Workplace Place()
    {
        RequireShell();
        var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        return place;
    }

    /// <summary>Runs the program by a shell, whose redirections it is started with.</summary>
    private static (int Code, string Error) Shell(Workplace place, string words)
    {
        var start = place.StartInfo([], []);
        var program = start.FileName;
        start.FileName = "sh";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"'{program}' {words}");
        using var process = new Started(Process.Start(start)!);
        var outcome = process.End();
        return (outcome.Code, outcome.Error);
    }
}
