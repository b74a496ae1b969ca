using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Sweeps on this machine.</summary>
public sealed class SweepTests
{
    internal const string Sweep = """
        name: tiny
        configs: [toy.yaml]
        metric: nll
        search:
          kind: grid
          keys:
            training.optimizer.learning_rate: [1.0e-6, 5.0e-3]
            flow.network.widths: [[8], [16]]
        slurm: {partition: main, time: "10", memory: 1G, cpus: 1, options: [--nice=5], setup: ['echo "set up"']}
        """;

    public static bool HasSignals => !OperatingSystem.IsWindows();

    [Fact]
    public void ASweepTrainsItsTrialsAndNamesTheBest()
    {
        using var place = Place();
        var swept = place.Run("sweep", "--config", "sweep.yaml", "--jobs", "2", "set={training.epochs: 3}");
        Assert.True(swept.Code == 0, swept.Error);
        Assert.Equal("runs/tiny.sweep", swept.LastLine);
        Assert.Contains("[4 of 4] tiny-000", swept.Error, StringComparison.Ordinal);

        var trials = Json(place, "sweep", "status", "tiny", "--json").GetProperty("trials").EnumerateArray().ToList();
        Assert.Equal(["tiny-0000/v0001", "tiny-0001/v0001", "tiny-0002/v0001", "tiny-0003/v0001"],
            trials.Select(trial => trial.GetProperty("run").GetString()));
        Assert.All(trials, trial => Assert.Equal("finished", trial.GetProperty("status").GetString()));
        Assert.Equal("[16]", trials[3].GetProperty("values").GetProperty("flow.network.widths").GetString());

        var manifest = JsonDocument.Parse(File.ReadAllText(place["runs/tiny-0002/v0001/manifest.json"])).RootElement;
        Assert.Equal(2, manifest.GetProperty("trial").GetProperty("number").GetInt32());
        Assert.Equal("tiny", manifest.GetProperty("trial").GetProperty("sweep").GetString());
        Assert.Equal(trials[2].GetProperty("seed").GetInt64(), manifest.GetProperty("seed").GetInt64());
        Assert.Contains("epochs: 3", File.ReadAllText(place["runs/tiny-0002/v0001/config.yaml"]), StringComparison.Ordinal);

        var expected = trials.MinBy(trial => trial.GetProperty("results").GetProperty("nll").GetDouble()).GetProperty("name").GetString();
        var best = Json(place, "sweep", "best", "tiny", "--json").GetProperty("best")[0];
        Assert.Equal(expected, best.GetProperty("name").GetString());
        var worst = Json(place, "sweep", "best", "runs/tiny.sweep", "--metric", "nll", "--maximize", "--json").GetProperty("best");
        Assert.Equal([.. trials.Select(trial => trial.GetProperty("results").GetProperty("nll").GetDouble()).OrderDescending()],
            worst.EnumerateArray().Select(trial => trial.GetProperty("value").GetDouble()));
        UsageTests.Refused(place, "Did you mean 'val_nll'?", "sweep", "best", "tiny", "--metric", "val_nl");

        // The same command has nothing left to do; what failed is started by retry only.
        Assert.Contains("Nothing to start", place.Run("sweep", "--config", "sweep.yaml", "set={training.epochs: 3}").Error, StringComparison.Ordinal);
        UsageTests.Refused(place, "with other trials", "sweep", "--config", "sweep.yaml", "seed=1");
        Break(place, "runs/tiny-0001/v0001/manifest.json");
        var again = place.Run("sweep", "--config", "sweep.yaml", "set={training.epochs: 3}");
        Assert.Contains("1 trial failed before and is left out", again.Error, StringComparison.Ordinal);
        Assert.Contains("1 failed", place.Run("sweep", "status", "tiny").Out, StringComparison.Ordinal);
        var retried = place.Run("sweep", "retry", "tiny");
        Assert.True(retried.Code == 0, retried.Error);
        Assert.Contains("[1 of 1] tiny-0001 finished", retried.Error, StringComparison.Ordinal);
        Assert.Contains("4 finished", place.Run("sweep", "status", "tiny").Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place["runs/tiny-0001/v0002"]));
    }

    [Fact]
    public void ATrialThatFailsDoesNotStopTheOthers()
    {
        using var place = Place();
        place.Write("sweep.yaml", """
            name: mixed
            configs: [toy.yaml]
            search: {kind: list, trials: [{training.device: 'cuda:99'}, {training.epochs: 1}]}
            """);
        var swept = place.Run("sweep", "--config", "sweep.yaml");
        Assert.Equal(1, swept.Code);
        Assert.Contains("mixed-0000 failed with exit code", swept.Error, StringComparison.Ordinal);
        Assert.Contains("[2 of 2] mixed-0001 finished", swept.Error, StringComparison.Ordinal);
        Assert.Contains("cuda:99", File.ReadAllText(place["runs/mixed.sweep/logs/0000.log"]), StringComparison.Ordinal);
    }

    /// <summary>As a loss of power may leave them: they are named, the other trials go on, and the sweep's own command mends them.</summary>
    [Fact]
    public void DamagedFilesOfASweepKeepNoOtherTrialWaiting()
    {
        LongRun.Only();
        using var place = Place();
        string[] command = ["sweep", "--config", "sweep.yaml", "set={training.epochs: 1}"];
        Assert.Equal(0, place.Run(command).Code);
        var (file, list) = (place["runs/tiny.sweep/trials/0001.yaml"], place["runs/tiny.sweep/trials.jsonl"]);
        var (text, lines) = (File.ReadAllText(file), File.ReadAllText(list));
        Break(place, "runs/tiny-0001/v0001/manifest.json");
        Break(place, "runs/tiny-0002/v0001/manifest.json");
        File.WriteAllText(file, new string('\0', text.Length));

        var retried = place.Run("sweep", "retry", "tiny");
        Assert.Equal(1, retried.Code);
        Assert.Contains("The file of trial 1 is damaged", retried.Error, StringComparison.Ordinal);
        Assert.Contains("trials/0001.yaml", retried.Error, StringComparison.Ordinal);
        Assert.Contains("fff sweep --config FILE, writes it anew", retried.Error, StringComparison.Ordinal);
        var counts = Json(place, "sweep", "status", "tiny", "--json").GetProperty("counts");
        Assert.Equal((3, 1), (counts.GetProperty("finished").GetInt32(), counts.GetProperty("failed").GetInt32()));

        File.WriteAllText(list, lines[..^20]);
        var status = place.Run("sweep", "status", "tiny");
        Assert.Equal(2, status.Code);
        Assert.Contains("trials.jsonl: line 4:", status.Error, StringComparison.Ordinal);
        Assert.Contains("fff sweep --config FILE, writes it anew", status.Error, StringComparison.Ordinal);

        // With neither list nor file nothing tells whether trial 1 was the same.
        UsageTests.Refused(place, "is there already, with other trials", command);
        File.WriteAllText(file, text);
        var mended = place.Run(command);
        Assert.True(mended.Code == 0, mended.Error);
        Assert.Contains("trials.jsonl: line 4:", mended.Error, StringComparison.Ordinal);
        Assert.Equal(lines, File.ReadAllText(list));

        File.Delete(file);
        mended = place.Run(command);
        Assert.Contains("0001.yaml", mended.Error, StringComparison.Ordinal);
        Assert.Contains("It is written anew.", mended.Error, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
        Assert.Equal(0, place.Run("sweep", "retry", "tiny").Code);
    }

    [Fact(Skip = "Signals are Unix's", SkipUnless = nameof(HasSignals))]
    public void AnInterruptedSweepSavesItsTrialsAndGoesOn()
    {
        using var place = Place();
        string[] command = ["sweep", "--config", "sweep.yaml", "--jobs", "2", "set={training.epochs: 200, training.validate_every: 25}"];
        using (var sweep = place.Start([], command))
        {
            WaitFor(() => File.Exists(place["runs/tiny-0000/v0001/checkpoints/last.safetensors"])
                && File.Exists(place["runs/tiny-0001/v0001/checkpoints/last.safetensors"]));
            ResumeTests.Interrupt(sweep.Id);
            var interrupted = sweep.End();
            Assert.True(interrupted.Code == 3, interrupted.Error);
            Assert.Contains("The same command goes on", interrupted.Error, StringComparison.Ordinal);
        }

        var stopped = Json(place, "sweep", "status", "tiny", "--json").GetProperty("counts");
        Assert.Equal((2, 2), (stopped.GetProperty("interrupted").GetInt32(), stopped.GetProperty("pending").GetInt32()));
        var finished = place.Run(command);
        Assert.True(finished.Code == 0, finished.Error);
        Assert.Equal(4, Json(place, "sweep", "status", "tiny", "--json").GetProperty("counts").GetProperty("finished").GetInt32());
        Assert.False(Directory.Exists(place["runs/tiny-0000/v0002"]));
    }

    [Fact]
    public void TheScriptForSlurmIsShownAndIsValidBash()
    {
        using var place = Place();
        var plan = place.Run("sweep", "--config", "sweep.yaml", "--launcher", "slurm", "--dry-run");
        Assert.Equal(0, plan.Code);
        foreach (var line in (string[])
            [
                "#SBATCH --array=0-3", "#SBATCH --partition=main", "#SBATCH --time=10", "#SBATCH --mem=1G", "#SBATCH --cpus-per-task=1",
                "#SBATCH --nice=5", "#SBATCH --requeue",
                "echo \"set up\"", $"{Path.Combine(AppContext.BaseDirectory, "fff")} train --trial {place["runs/tiny.sweep"]}:\"$trial\" --resume auto &",
            ])
        {
            Assert.Contains(line + "\n", plan.Out, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(place["runs"]));
        Assert.Contains("tiny-0003", place.Run("sweep", "--config", "sweep.yaml", "--dry-run").Out, StringComparison.Ordinal);
        var missing = place.Run([("PATH", "/nowhere")], ["sweep", "--config", "sweep.yaml", "--launcher", "slurm"]);
        Assert.Equal(1, missing.Code);
        Assert.Contains("no 'sbatch' on the PATH", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sweep.yaml:6:5: objective.bta: unknown key 'bta'; did you mean 'beta'?", "keys: {objective.bta: [1]}")]
    [InlineData("(trial 1: objective.beta=none)", "keys: {objective.beta: [1, none]}")]
    [InlineData("did you mean 'keys'?", "kyes: {objective.beta: [1]}")]
    [InlineData("a sweep names its runs itself", "keys: {name: [a, b]}")]
    [InlineData("expected the path of an experiment's key", "keys: {'training..epochs': [1]}")]
    [InlineData("expected a mapping of at least 1", "keys: {}")]
    public void WhatIsWrongWithASweepIsToldBeforeAnythingStarts(string message, string search)
    {
        using var place = Place();
        place.Write("sweep.yaml",
            ("name: bad\nconfigs: [toy.yaml]\nsearch:\n  kind: grid\n"
                + $"  {search.Replace("{", "\n    ", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)}\n")
                .Replace("keys: \n    \n", "keys: {}\n", StringComparison.Ordinal));
        UsageTests.Refused(place, message, "sweep", "--config", "sweep.yaml");
    }

    [Theory]
    [InlineData("Option '--config' is required", "sweep")]
    [InlineData("Did you mean 'status'?", "sweep", "statsu")]
    [InlineData("There is no sweep 'none'", "sweep", "status", "none")]
    [InlineData("--launcher: expected local or slurm, found 'pbs'", "sweep", "--config", "sweep.yaml", "--launcher", "pbs")]
    [InlineData("expected SWEEP:N", "train", "--trial", "none")]
    [InlineData("There is no sweep 'none'", "train", "--trial", "none:3")]
    public void WrongUsageIsTold(string message, params string[] args)
    {
        using var place = Place();
        UsageTests.Refused(place, message, args);
    }

    internal static Workplace Place()
    {
        var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", Sweep);
        return place;
    }

    internal static JsonElement Json(Workplace place, params string[] args)
    {
        var outcome = place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out).RootElement;
    }

    internal static void WaitFor(Func<bool> condition)
    {
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); !condition(); Thread.Sleep(50))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(10), "What was waited for did not happen.");
        }
    }

    private static void Break(Workplace place, string manifest) =>
        File.WriteAllText(place[manifest], File.ReadAllText(place[manifest]).Replace("\"finished\"", "\"failed\"", StringComparison.Ordinal));
}
