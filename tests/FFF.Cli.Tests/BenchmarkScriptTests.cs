using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>The script that sweeps the benchmark, as far as it needs no training.</summary>
public sealed class BenchmarkScriptTests
{
    private static readonly string[] One = ["--tasks", "two_moons", "--budgets", "500", "--seeds", "3"];

    public static bool HasBash => !OperatingSystem.IsWindows();

    [Fact(Skip = "The script needs bash", SkipUnless = nameof(HasBash))]
    public void WhatIsFinishedWithTheSameSettingsIsSkippedAndShown()
    {
        using var place = new Workplace();
        var plan = Script(place, [.. One, "--dry-run"]);
        Assert.Equal(0, plan.Code);
        Assert.StartsWith("two_moons-500-fff-s3: train: ", plan.Out, StringComparison.Ordinal);
        Assert.Empty(place.Entries());

        Finish(place, plan.Out);
        Assert.Equal("two_moons-500-fff-s3: done, in runs/two_moons-500-fff-s3/v0001\n", Script(place, [.. One, "--dry-run"]).Out);
        Assert.StartsWith("two_moons-500-fff-s3: train: ", Script(place, [.. One, "--dry-run", "--", "training.epochs=7"]).Out, StringComparison.Ordinal);

        var swept = Script(place, One);
        Assert.True(swept.Code == 0, swept.Error);
        Assert.Contains("[1 of 1] two_moons-500-fff-s3: was done; ", swept.Error, StringComparison.Ordinal);
        Assert.Contains("| two_moons (1 observation) | 0.625 ± 0.000 |", swept.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(place["runs/c2st.png"]));

        File.Delete(place["runs/two_moons-500-fff-s3/v0001/eval/c2st.json"]);
        Assert.Equal("two_moons-500-fff-s3: evaluate, in runs/two_moons-500-fff-s3/v0001\n", Script(place, [.. One, "--dry-run"]).Out);
    }

    [Fact(Skip = "The script needs bash", SkipUnless = nameof(HasBash))]
    public void ARunThatFailsIsToldAndTheOthersGoOn()
    {
        using var place = new Workplace();
        var outcome = Script(place, "--tasks", "two_moons,sir", "--jobs", "2", "--", "training.epohcs=1");
        Assert.Equal((1, ""), (outcome.Code, outcome.Out));
        Assert.Contains("two_moons-10000-fff-s0: FAILED with exit code 2", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("2 of 2 runs failed", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'epochs'?", File.ReadAllText(place["runs/logs/sir-10000-fff-s0.log"]), StringComparison.Ordinal);
    }

    [Theory(Skip = "The script needs bash", SkipUnless = nameof(HasBash))]
    [InlineData("there is no task 'three_moons'", "--tasks", "three_moons")]
    [InlineData("there is no method 'none'", "--methods", "none")]
    [InlineData("found '1e4'", "--budgets", "1e4")]
    [InlineData("--jobs is at least 1", "--jobs", "0")]
    [InlineData("--seeds needs a value", "--seeds")]
    [InlineData("there is no option '--task'", "--task", "slcp")]
    [InlineData("settings come after '--'", "training.epochs=1")]
    [InlineData("the program '/none' does not exist", "--fff", "/none")]
    public void WrongUsageIsTold(string message, params string[] args)
    {
        using var place = new Workplace();
        var outcome = Script(place, args);
        Assert.Equal((2, ""), (outcome.Code, outcome.Out));
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    /// <summary>A run as it is when training and evaluation have ended, of the experiment that the planned command would train.</summary>
    private static void Finish(Workplace place, string plan)
    {
        const string Folder = "runs/two_moons-500-fff-s3/v0001";
        string[] words = [.. plan.Trim().Split(' ').Select(word => word.Replace("\\", "", StringComparison.Ordinal))];
        string[] described = [.. words.SkipWhile(word => word != "--config").TakeWhile(word => word != "--seed")];
        place.Write($"{Folder}/config.yaml", place.Run(["config", "show", .. described, "seed=3", "name=two_moons-500-fff-s3"]).Out);
        place.Write($"{Folder}/eval/nll.json", "{}");
        place.Write($"{Folder}/eval/c2st.json",
            """{"task": "two_moons", "mean": 0, "std": 0, "observations": [{"observation": 1, "accuracy": 0.625, "std": 0, "accepted_share": 1}],"""
            + """ "samples": 1, "seconds": 1}""");
        place.Write($"{Folder}/manifest.json", """
            {"name": "two_moons-500-fff-s3", "version": "v0001",
              "status": "finished",
             "started": "2026-01-01T00:00:00+00:00", "command_line": [], "seed": 3, "device": "cpu", "threads": 1, "program_version": "0",
             "torch_sharp_version": "0", "libtorch_version": "0", "dotnet_version": "10", "operating_system": "x"}
            """);
    }

    private static Outcome Script(Workplace place, params string[] args)
    {
        var start = new ProcessStartInfo("bash", [ScriptFile(), .. args])
        {
            WorkingDirectory = place.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["FFF"] = Path.Combine(AppContext.BaseDirectory, "fff");
        using var started = new Started(Process.Start(start)!);
        return started.End();
    }

    private static string ScriptFile([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../scripts/sbi_benchmark.sh"));
}
