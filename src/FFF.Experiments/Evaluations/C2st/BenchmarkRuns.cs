using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Formats;
using FFF.Plugins;
using FFF.Runs;

namespace FFF.Evaluations.C2st;

/// <summary>A finished run on a benchmark task, with its C2ST and what it cost.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Point">What it measured.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Started">When it started.</param>
/// <param name="C2st">Its C2ST.</param>
/// <param name="Nll">The exact negative log-likelihood of held-out simulations, in nats; null where it was not evaluated.</param>
/// <param name="TrainingSeconds">How long it trained, validation in between included; null where metrics.csv is missing or empty.</param>
internal sealed record BenchmarkRun(
    RunFolder Folder, BenchmarkPoint Point, long Seed, DateTimeOffset Started, C2stReport C2st, double? Nll, double? TrainingSeconds);

/// <summary>What runs with different seeds measure together: a point in the benchmark's figure.</summary>
/// <param name="Task">The benchmark's name of the task.</param>
/// <param name="Method">The method, as an experiment names it.</param>
/// <param name="Simulations">The budget.</param>
internal sealed record BenchmarkPoint(string Task, string Method, int Simulations);

/// <summary>The benchmark's results among runs. Needs no libtorch.</summary>
/// <param name="Runs">The newest finished and evaluated run of each task, method, budget and seed.</param>
/// <param name="LeftOut">Which other runs do not count, and why; those that a newer one replaces are passed over.</param>
internal sealed record BenchmarkRuns(IReadOnlyList<BenchmarkRun> Runs, IReadOnlyList<string> LeftOut)
{
    /// <summary>Reads configuration, manifest, metrics and C2ST of each run.</summary>
    public static BenchmarkRuns Read(IReadOnlyList<RunFolder> folders)
    {
        var read = folders.AsParallel().AsOrdered().Select(ReadOne).ToList();
        var newest = read.Select(entry => entry.Run).OfType<BenchmarkRun>()
            .GroupBy(run => (run.Point, run.Seed))
            .ToDictionary(versions => versions.Key, versions => versions.MaxBy(run => (run.Started, run.Folder.Version))!);
        var leftOut = read
            .Where(entry => entry.Problem is not null && !(entry.Key is { } key && newest.TryGetValue(key, out var run) && run.Started > entry.Started))
            .Select(entry => $"{entry.Folder.Name}/{entry.Folder.Version} is left out: {entry.Problem}")
            .ToList();
        var others = read.Count(entry => entry is { Run: null, Problem: null });
        if (others > 0)
        {
            leftOut.Add($"{others} {(others == 1 ? "run is" : "runs are")} left out: not on a task of the benchmark.");
        }

        return new([.. newest.Values], leftOut);
    }

    private static Entry ReadOne(RunFolder folder)
    {
        var entry = new Entry(folder);
        try
        {
            var experiment = RunExperiment.Read(folder);
            if (experiment.Data.Benchmark is not { } task || !SbiTasks.Names.Contains(task.Name))
            {
                return entry;
            }

            var manifest = TrainingFolders.Judged(folder, Manifest.Read(folder.ManifestFile));
            var point = new BenchmarkPoint(task.Name, MethodKeys.Name(experiment.Method), task.Simulations);
            entry = entry with { Key = (point, experiment.Seed), Started = manifest.Started };
            if (manifest.Status != RunStatus.Finished)
            {
                return entry with { Problem = $"it has not finished, but is {manifest.Status.ToString().ToLowerInvariant()}." };
            }

            if (!File.Exists(C2stReport.File(folder)))
            {
                return entry with { Problem = $"it has no C2ST. Evaluate it with 'fff eval-c2st --run {folder.Path}'." };
            }

            double? nll = manifest.Results.TryGetValue("nll", out var value) ? value : null;
            return entry with
            {
                Run = new(folder, point, experiment.Seed, manifest.Started, C2stReport.Read(folder), nll, RunMetrics.TrainingSeconds(folder)),
            };
        }
        catch (Exception e) when (e is FileReadException or ConfigurationException or PluginException)
        {
            return entry with { Problem = e.Message };
        }
    }

    /// <summary>A run that counts, one with a problem, or one of another kind, which has neither.</summary>
    private sealed record Entry(RunFolder Folder)
    {
        public BenchmarkRun? Run { get; init; }

        public string? Problem { get; init; }

        public (BenchmarkPoint Point, long Seed)? Key { get; init; }

        public DateTimeOffset Started { get; init; }
    }
}
