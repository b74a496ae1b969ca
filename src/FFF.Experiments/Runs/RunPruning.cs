using FFF.Formats;

namespace FFF.Runs;

/// <summary>Removes run folders.</summary>
internal static class RunPruning
{
    private const string Prefix = ".pruned-";

    /// <summary>Which of the runs go, when the best of them stay.</summary>
    /// <param name="runs">The runs that may go.</param>
    /// <param name="keep">How many of the best stay.</param>
    /// <param name="metric">By what: a result or a scalar.</param>
    /// <param name="maximize">Whether the largest value is the best; NaN is worse than any, and what is doubtful than what is not.</param>
    /// <returns>Those that go, and those without the metric, which stay: nobody can tell how good they are.</returns>
    /// <exception cref="RunException">No run has the metric; the message names those that there are.</exception>
    public static (IReadOnlyList<RunSummary> Going, IReadOnlyList<RunSummary> Unjudged) AllButBest(IReadOnlyList<RunSummary> runs, int keep,
        string metric, bool maximize)
    {
        var metrics = runs.AsParallel().AsOrdered().Select(RunMetrics.Of).ToList();
        RunMetrics.Require(metric, metrics);
        var judged = runs.Zip(metrics).Where(run => run.Second.ContainsKey(metric)).ToList();
        var best = RunDoubts.Ranked(judged.Where(run => !double.IsNaN(run.Second[metric])), run => run.First.Manifest, run => run.Second, metric, maximize)
            .Take(keep).Select(run => run.First).ToHashSet();
        return ([.. judged.Select(run => run.First).Where(run => !best.Contains(run))], [.. runs.Except(judged.Select(run => run.First))]);
    }

    /// <summary>The bytes in a run's folder.</summary>
    public static long Bytes(RunFolder folder)
    {
        try
        {
            return RunFolders.Files(folder).Sum(file => file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Removes the hidden folders that removals which were ended by force have left. What cannot be removed stays until the next time.</summary>
    /// <param name="runsRoot">Where runs are kept.</param>
    public static void RemoveLeftovers(string runsRoot)
    {
        if (!Directory.Exists(runsRoot))
        {
            return;
        }

        foreach (var hidden in Directory.EnumerateDirectories(runsRoot).SelectMany(parent => Directory.EnumerateDirectories(parent, Prefix + "*")).ToList())
        {
            try
            {
                Directory.Delete(hidden, recursive: true);
                RemoveIfEmpty(Path.GetDirectoryName(hidden)!);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process may be at it.
            }
        }
    }

    /// <summary>Removes a run. It is hidden by a rename first, so that nobody finds the half of it; its lock is held meanwhile.</summary>
    /// <exception cref="RunException">A process trains or evaluates it, whatever its manifest says.</exception>
    /// <exception cref="FileWriteException">It cannot be removed.</exception>
    public static void Remove(RunFolder folder)
    {
        var parent = Path.GetDirectoryName(folder.Path)!;
        var hidden = Path.Combine(parent, Prefix + folder.Version + "-" + Guid.NewGuid().ToString("N"));
        try
        {
            using (var alone = RunLock.Take(folder))
            {
                if (OperatingSystem.IsWindows())
                {
                    alone.Dispose(); // A folder with an open file cannot be renamed there.
                }

                BusyFile.Wait(() => Directory.Move(folder.Path, hidden));
            }

            BusyFile.Wait(() => Directory.Delete(hidden, recursive: true));
            RemoveIfEmpty(parent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileWriteException(folder.Path, e);
        }
    }

    private static void RemoveIfEmpty(string parent)
    {
        if (!Directory.EnumerateFileSystemEntries(parent).Any())
        {
            Directory.Delete(parent);
        }
    }
}
