using FFF.Formats;

namespace FFF.Runs;

/// <summary>Removes run folders.</summary>
public static class RunPruning
{
    private const string Prefix = ".pruned-";

    /// <summary>Which of the runs go, when the best of them stay.</summary>
    /// <param name="runs">The runs that may go.</param>
    /// <param name="keep">How many of the best stay.</param>
    /// <param name="metric">By what: a result or a scalar. Runs without it are worse than all others.</param>
    /// <param name="maximize">Whether the largest value is the best.</param>
    public static IReadOnlyList<RunSummary> AllButBest(IReadOnlyList<RunSummary> runs, int keep, string metric, bool maximize)
    {
        var values = runs.AsParallel().AsOrdered().Select(run => RunMetrics.Of(run).TryGetValue(metric, out var value) && !double.IsNaN(value) ? value : (double?)null).ToList();
        var best = runs.Zip(values).Where(run => run.Second is not null)
            .OrderBy(run => maximize ? -run.Second!.Value : run.Second!.Value)
            .Take(keep).Select(run => run.First).ToHashSet();
        return [.. runs.Where(run => !best.Contains(run))];
    }

    /// <summary>The bytes in a run's folder.</summary>
    public static long Bytes(RunFolder folder)
    {
        try
        {
            return new DirectoryInfo(folder.Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Removes a run. It is hidden by a rename first, so that nobody finds the half of it.</summary>
    /// <exception cref="FileWriteException">It cannot be removed.</exception>
    public static void Remove(RunFolder folder)
    {
        var parent = Path.GetDirectoryName(folder.Path)!;
        var hidden = Path.Combine(parent, Prefix + folder.Version + "-" + Guid.NewGuid().ToString("N"));
        try
        {
            BusyFile.Wait(() => Directory.Move(folder.Path, hidden));
            BusyFile.Wait(() => Directory.Delete(hidden, recursive: true));
            if (!Directory.EnumerateFileSystemEntries(parent).Any())
            {
                Directory.Delete(parent);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileWriteException(folder.Path, e);
        }
    }
}
