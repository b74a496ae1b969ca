using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Trials whose processes are ended by others.</summary>
public sealed class KilledTrialTests : IDisposable
{
    private const int Kill = 9;
    private const int Terminate = 15;

    private readonly Workplace _place = new();

    public KilledTrialTests()
    {
        _place.Write("toy.yaml", Configs.Toy);
        _place.Write("sweep.yaml", """
            name: tiny
            configs: [toy.yaml]
            metric: nll
            search: {kind: list, trials: [{training.epochs: 2000, training.validate_every: 20}, {training.epochs: 1}]}
            """);
    }

    public static bool HasProcesses => OperatingSystem.IsLinux();

    public void Dispose() => _place.Dispose();

    [Fact(Skip = "Processes are found by Linux's /proc", SkipUnless = nameof(HasProcesses))]
    public void ATrialThatWasKilledIsFailedEverywhereAndRetryTakesIt()
    {
        LongRun.Only();
        using (var sweep = _place.Start([], ["sweep", "--config", "sweep.yaml"]))
        {
            ResumeTests.Signal(TrialOf(sweep), Kill);
            var outcome = sweep.End();
            Assert.Equal(1, outcome.Code);
            Assert.Contains("tiny-0000 FAILED with exit code 137", outcome.Error, StringComparison.Ordinal);
            Assert.Contains("1 of 2 trials failed. Start them again with: fff sweep retry tiny", outcome.Error, StringComparison.Ordinal);
        }

        Assert.Contains("1 finished, 1 failed", _place.Run("sweep", "status", "tiny").Out, StringComparison.Ordinal);
        var trial = SweepTests.Json(_place, "sweep", "status", "tiny", "--json").GetProperty("trials")[0];
        Assert.Equal("failed", trial.GetProperty("status").GetString());
        Assert.Contains("signal 9", trial.GetProperty("message").GetString(), StringComparison.Ordinal);
        var run = Assert.Single(SweepTests.Json(_place, "runs", "list", "--name", "tiny-0000", "--json").EnumerateArray());
        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.Contains("signal 9", _place.Run("runs", "show", "tiny-0000").Out, StringComparison.Ordinal);
        Assert.Contains("1 trial failed before and is left out", _place.Run("sweep", "--config", "sweep.yaml").Error, StringComparison.Ordinal);

        using (var retry = _place.Start([], ["sweep", "retry", "tiny"]))
        {
            var again = TrialOf(retry);
            Assert.Equal("running", SweepTests.Json(_place, "sweep", "status", "tiny", "--json").GetProperty("trials")[0].GetProperty("status").GetString());
            ResumeTests.Signal(again, Kill);
            Assert.Equal(1, retry.End().Code);
        }

        Assert.Contains("tiny-0000", _place.Run("sweep", "retry", "tiny", "--dry-run").Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_place["runs/tiny-0000/v0002"]));
    }

    /// <summary>As where a cluster ends a job: each process hears of it from the cluster, and the trials from the sweep as well.</summary>
    [Fact(Skip = "Processes are found by Linux's /proc", SkipUnless = nameof(HasProcesses))]
    public void WhereAllProcessesAreToldToStopNoTrialHasFailed()
    {
        using (var sweep = _place.Start([], ["sweep", "--config", "sweep.yaml", "--jobs", "2"]))
        {
            var trial = TrialOf(sweep);
            SweepTests.WaitFor(() => sweep.Error.Contains("tiny-0001 finished", StringComparison.Ordinal));
            ResumeTests.Signal(trial, Terminate);
            ResumeTests.Signal(sweep.Id, Terminate);
            var outcome = sweep.End();
            Assert.Equal(3, outcome.Code);
            Assert.Contains("Interrupted: 1 of 2 trials are done, the others are saved", outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("FAILED", outcome.Error, StringComparison.Ordinal);
        }

        Assert.Contains("1 finished, 1 interrupted", _place.Run("sweep", "status", "tiny").Out, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_place["runs/tiny.sweep/logs"], "*.failed"));
    }

    /// <summary>The long trial's process, once its run has a checkpoint and trains.</summary>
    private int TrialOf(Started sweep)
    {
        SweepTests.WaitFor(() => File.Exists(_place["runs/tiny-0000/v0001/checkpoints/last.safetensors"])
            && File.ReadAllText(_place["runs/tiny-0000/v0001/manifest.json"]).Contains("\"running\"", StringComparison.Ordinal));
        return Children(sweep.Id).Single(child => File.ReadAllText($"/proc/{child}/cmdline").Contains("tiny.sweep:0", StringComparison.Ordinal));
    }

    private static IEnumerable<int> Children(int process) =>
        Directory.EnumerateDirectories($"/proc/{process}/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ',
            StringSplitOptions.RemoveEmptyEntries)).Select(child => int.Parse(child, System.Globalization.CultureInfo.InvariantCulture));
}
