using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>What somebody who does not know the program yet runs into: what cannot work is told before it costs time or files.</summary>
public sealed class NewcomerTests(TrainedRuns trained)
{
    [Fact]
    public void PruningByAMetricThatNoRunHasRemovesNothing()
    {
        using var place = trained.Copy();
        UsageTests.Refused(place, "No run has the metric 'nlll'. Did you mean 'nll'?", "runs", "prune", "--keep-best", "1", "--metric", "nlll", "--yes");
        var manifest = place["runs/posterior/v0001/manifest.json"];
        var without = place.Run("runs", "prune", "--name", "*", "--keep-best", "1", "--metric", "nll", "--yes");
        Assert.Contains("Stay, as they are without nll: posterior/v0001", without.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(manifest));
    }

    [Fact]
    public void ARunThatWasKilledIsStoppedInAllCommands()
    {
        using var place = trained.Copy();
        var manifest = place["runs/moons/v0001/manifest.json"];
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"finished\"", "\"running\"", StringComparison.Ordinal));
        var listed = SweepTests.Json(place, "runs", "list", "--name", "moons", "--json")[0];
        Assert.Equal("stopped", listed.GetProperty("status").GetString());
        Assert.Equal("stopped", SweepTests.Json(place, "runs", "show", "moons", "--json").GetProperty("manifest").GetProperty("status").GetString());
        Assert.Contains("stopped", place.Run("runs", "compare", "moons", "posterior").Out, StringComparison.Ordinal);
        Assert.Equal(0, SweepTests.Json(place, "runs", "list", "--status", "running", "--json").GetArrayLength());
        Assert.Contains("ended by force", place.Run("runs", "prune", "--name", "moons", "--yes").Error, StringComparison.Ordinal);
        Assert.True(File.Exists(manifest));
        Assert.Contains("Removed 1 run", place.Run("runs", "prune", "--status", "stopped", "--yes").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ATrialThatFailedBeforeItHadARunCanBeRetried()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", "name: mixed\nconfigs: [toy.yaml]\nsearch: {kind: list, trials: [{training.device: 'cuda:99'}]}\n");
        Assert.Equal(1, place.Run("sweep", "--config", "sweep.yaml").Code);
        Assert.Contains("'mixed' is a sweep and no run", place.Run("runs", "show", "mixed").Error, StringComparison.Ordinal);
        var trial = SweepTests.Json(place, "sweep", "status", "mixed", "--json").GetProperty("trials")[0];
        Assert.Equal("failed", trial.GetProperty("status").GetString());
        Assert.Contains("cuda:99", trial.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("mixed-0000", place.Run("sweep", "retry", "mixed", "--dry-run").Out, StringComparison.Ordinal);

        // Killed while it trained.
        using (var training = place.Start([], ["train", "--config", "toy.yaml", "--name", "mixed-0000", "training.epochs=100000", "training.validate_every=1"]))
        {
            SweepTests.WaitFor(() => File.Exists(place["runs/mixed-0000/v0001/checkpoints/last.safetensors"]));
        }

        File.Delete(place["runs/mixed.sweep/logs/0000.failed"]);
        Assert.Contains("1 stopped", place.Run("sweep", "status", "mixed").Out, StringComparison.Ordinal);
        Assert.Contains("mixed-0000", place.Run("sweep", "retry", "mixed", "--dry-run").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ASweepIsCheckedBeforeItStarts()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", "name: few\nconfigs: [toy.yaml]\nsearch: {kind: list, trials: [{data.samples: 30}, {data.samples: 3}]}\n");
        UsageTests.Refused(place, "trial 1 (data.samples=3): toy data two_moons has 3 rows", "sweep", "--config", "sweep.yaml", "--dry-run");
        place.Write("other.yaml", "name: few\nconfigs: [toy.yaml]\nsearch: {kind: list, trials: [{data.samples: 40}]}\nset: {training.epochs: 1}\n");
        Assert.Equal(0, place.Run("sweep", "--config", "other.yaml").Code);
        UsageTests.Refused(place, "is there already, with other trials", "sweep", "--config", "other.yaml", "--dry-run", "set={training.epochs: 2}");
    }

    [Fact]
    public void WhatFailsAtTheEndIsToldAtTheStart()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("afile", "");
        string[] train = ["train", "--config", "toy.yaml", "--dry-run"];
        UsageTests.Refused(place, "toy.yaml:5:12: evaluate.0: toy data two_moons: no data were held out",
            [.. train, "data.validation_fraction=0", "data.test_fraction=0"]);
        string[] noValidation = ["data.validation_fraction=0", "evaluate=[]"];
        UsageTests.Refused(place, "training.schedule: the schedule plateau lowers the learning rate by validation, but no data are held out",
            [.. train, .. noValidation, "training.schedule=plateau"]);
        UsageTests.Refused(place, "training.early_stopping: early stopping goes by validation, but no data are held out",
            [.. train, .. noValidation, "training.early_stopping=3"]);
        var without = place.Run([.. train, .. noValidation]);
        Assert.True(without.Code == 0, without.Error);
        UsageTests.Refused(place, "afile' is a file, where a folder is needed", [.. train, "--runs", "afile"]);
        UsageTests.Refused(place, "is a file, and no folder of runs", "runs", "list", "--runs", "afile");
        UsageTests.Refused(place, "'auto' cannot name a run", [.. train, "--name", "auto"]);
        place.Write("runs/x.sweep/trials.jsonl", "");
        UsageTests.Refused(place, "is the folder of a sweep", [.. train, "--name", "x.sweep"]);
    }

    [Fact]
    public void WhatDoesNotFitTheDataIsToldWithFileAndLine()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy + "\nobjective:\n  hutchinson_samples: 5\n");
        UsageTests.Refused(place, "toy.yaml:7:3: objective.hutchinson_samples: expected at most 2", "train", "--config", "toy.yaml");
        UsageTests.Refused(place, "'objective.hutchinson_samples=6': objective.hutchinson_samples", "train", "--config", "toy.yaml",
            "objective.hutchinson_samples=6");
    }

    [Theory]
    [InlineData("--config: expected a value, found none", "train", "--config", "toy.yaml", "--config")]
    [InlineData("--runs: expected a value, found the option '--dry-run'. A value that begins so is written --runs=--dry-run", "train", "--config", "toy.yaml",
        "--runs", "--dry-run")]
    [InlineData("--name: expected a value, found the option '--yes'", "runs", "prune", "--name", "--yes")]
    [InlineData("--run: expected a value, found the option '-n'", "sample", "--run", "-n", "5")]
    public void AnOptionDoesNotSwallowTheNext(string message, params string[] args)
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        UsageTests.Refused(place, message, args);
        Assert.Equal(0, place.Run("train", "--config", "toy.yaml", "--runs=--x", "--dry-run").Code);
    }

    [Fact]
    public void ATableOfAnotherKindIsToldAsOne()
    {
        using var place = new Workplace();
        place.Write("table.yaml", "name: t\ndata: {kind: table, path: t.csv}\n");
        place.Write("t.csv", "a;b\n1,5;2,5\n");
        UsageTests.Refused(place, "numbers have a decimal point, and no commas", "train", "--config", "table.yaml");
        File.WriteAllBytes(place["t.csv"],
            [(byte)'h', 0xf6, (byte)'h', (byte)'e', (byte)',', (byte)'b', (byte)'\n', (byte)'1', (byte)',', (byte)'2', (byte)'\n']);
        UsageTests.Refused(place, "expected text in UTF-8", "train", "--config", "table.yaml");
    }

    [Fact]
    public void AutoTellsWhoTrainsTheSameConfiguration()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", "name: s\nconfigs: [toy.yaml]\nset: {training.epochs: 100000}\nsearch: {kind: list, trials: [{seed: 1}]}\n");
        using var sweep = place.Start([], ["sweep", "--config", "sweep.yaml"]);
        SweepTests.WaitFor(() => File.Exists(place["runs/s-0000/v0001/manifest.json"]));
        RefuseTheTrial(place);
        using var training = place.Start([], ["train", "--config", "toy.yaml", "training.epochs=100000"]);
        SweepTests.WaitFor(() => File.Exists(place["runs/moons/v0001/manifest.json"]));
        var second = place.Run("train", "--config", "toy.yaml", "training.epochs=100000", "--resume", "auto", "--dry-run");
        Assert.Contains($"moons/v0001, which has the same configuration, is being trained by process {training.Id}", second.Error, StringComparison.Ordinal);
    }

    public static bool HasTerminals => OperatingSystem.IsLinux();

    [Theory(Skip = "Needs the program script", SkipUnless = nameof(HasTerminals))]
    [InlineData(100)]
    [InlineData(60)]
    [InlineData(30)]
    public void TablesAreNotBrokenWithinNumbersOrWords(int width)
    {
        using var place = trained.Copy();
        var nll = SweepTests.Json(place, "runs", "show", "moons", "--json").GetProperty("manifest").GetProperty("results").GetProperty("nll").GetDouble();
        var start = place.StartInfo([("TERM", "xterm")], []);
        start.FileName = "script";
        foreach (var argument in (string[])["-qec",
            $"stty cols {width}; {Path.Combine(AppContext.BaseDirectory, "fff")} runs list --name moons --sort nll", "/dev/null"])
        {
            start.ArgumentList.Add(argument);
        }

        using var started = new Started(System.Diagnostics.Process.Start(start)!);
        var text = started.End().Out;
        Assert.Contains(nll.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
        Assert.Contains("finished", text, StringComparison.Ordinal);
        Assert.Contains("moons/v0001", text, StringComparison.Ordinal);
    }

    [Fact]
    public void PausesAreNoTimeOfTheRun()
    {
        using var place = trained.Copy();
        var (manifest, metrics) = (place["runs/moons/v0001/manifest.json"], place["runs/moons/v0001/metrics.csv"]);
        var written = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(manifest))!;
        (written["started"], written["ended"], written["paused_seconds"]) = ("2026-01-01T00:00:00+00:00", "2026-01-01T02:00:00+00:00", 3600);
        File.WriteAllText(manifest, written.ToJsonString());
        File.WriteAllText(metrics, "step,epoch,seconds\n1,1,10\n2,2,20\n3,3,5\n");
        Assert.Contains("1:00:00", place.Run("runs", "list", "--name", "moons").Out, StringComparison.Ordinal);
        Assert.Equal(25, SweepTests.Json(place, "runs", "list", "--name", "moons", "--json")[0].GetProperty("metrics").GetProperty("seconds").GetDouble());
        Assert.Equal(25, SweepTests.Json(place, "runs", "show", "moons", "--json").GetProperty("metrics").GetProperty("seconds").GetDouble());
    }

    [Fact]
    public void DensitiesOfSamplesThatAreCutOffAreToldToBeTheFlows()
    {
        using var place = trained.Copy();
        var drawn = place.Run("sample", "--run", "posterior", "--observation", "1", "-n", "50", "--log-prob", "--json");
        var share = JsonDocument.Parse(drawn.Out).RootElement.GetProperty("accepted_share").GetDouble();
        Assert.Equal(share < 1, drawn.Error.Contains("outside of the prior", StringComparison.Ordinal));
    }

    private static void RefuseTheTrial(Workplace place)
    {
        var outcome = place.Run("train", "--trial", "s:0", "--resume", "auto");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("trial 0 of s is being trained already: s-0000/v0001, by process", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place["runs/s-0000/v0002"]));
    }
}
