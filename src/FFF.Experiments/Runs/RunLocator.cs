using FFF.Formats;

namespace FFF.Runs;

/// <summary>A run and what its manifest tells.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Manifest">Its manifest; null where that cannot be read.</param>
/// <param name="Problem">Why it cannot be read; null otherwise.</param>
public sealed record RunSummary(RunFolder Folder, Manifest? Manifest, string? Problem);

/// <summary>Finds runs by path, name or age. Needs no libtorch.</summary>
public static class RunLocator
{
    /// <summary>The word for the run that started last.</summary>
    public const string Latest = "latest";

    /// <summary>What the name of a sweep's folder ends in.</summary>
    internal const string SweepExtension = ".sweep";

    private const int MaxSuggestions = 5;

    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true };

    /// <summary>Finds the run that is meant.</summary>
    /// <param name="runsRoot">Where runs are kept.</param>
    /// <param name="run">
    /// <c>name/vNNNN</c>; <c>name</c>, for its highest version; <c>latest</c>, for the run that started last; or a path to
    /// a run's folder or to a folder of versions. A version without a manifest, whose start was ended by force, is passed over where there is another.
    /// </param>
    /// <exception cref="RunException">There is no such run; the message lists near names.</exception>
    public static RunFolder Find(string runsRoot, string run)
    {
        if (run == Latest)
        {
            var all = List(runsRoot);
            return (all.FirstOrDefault(one => File.Exists(one.Folder.ManifestFile)) ?? all.FirstOrDefault())?.Folder ?? throw NotFound(runsRoot, run);
        }

        if (run.Length == 0)
        {
            throw NotFound(runsRoot, run);
        }

        string[] candidates = [Path.Combine(runsRoot, run), run];
        return candidates.Where(Directory.Exists).Select(InFolder).OfType<RunFolder>().FirstOrDefault() ?? throw NotFound(runsRoot, run);
    }

    /// <summary>The highest version of a run of exactly this name; null if there is none.</summary>
    public static RunSummary? Newest(string runsRoot, string name)
    {
        var folder = Path.Combine(runsRoot, name);
        var newest = Directory.Exists(folder) ? Highest(folder) : null;
        return newest is null ? null : Summarize(newest).Summary;
    }

    /// <summary>The names of all runs.</summary>
    public static IReadOnlyList<string> Names(string runsRoot) => [.. Folders(runsRoot).Select(folder => folder.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>All runs, the one that started last first.</summary>
    public static IReadOnlyList<RunSummary> List(string runsRoot) => List(Folders(runsRoot));

    /// <summary>The runs of exactly this name, the one that started last first.</summary>
    public static IReadOnlyList<RunSummary> List(string runsRoot, string name) =>
        Path.Combine(runsRoot, name) is var folder && Directory.Exists(folder) ? List(Versions(folder)) : [];

    private static IReadOnlyList<RunSummary> List(IEnumerable<RunFolder> folders) =>
        [.. folders
            .AsParallel()
            .Select(folder => Summarize(folder))
            .OrderByDescending(run => run.Started)
            .ThenByDescending(run => run.Summary.Folder.Path, StringComparer.Ordinal)
            .Select(run => run.Summary)];

    private static (RunSummary Summary, DateTimeOffset Started) Summarize(RunFolder folder)
    {
        try
        {
            var manifest = Manifest.Read(folder.ManifestFile);
            return (new RunSummary(folder, manifest, null), manifest.Started);
        }
        catch (FileReadException e)
        {
            return (new RunSummary(folder, null, e.Message), Directory.GetLastWriteTimeUtc(folder.Path));
        }
    }

    private static IEnumerable<RunFolder> Folders(string runsRoot) =>
        File.Exists(runsRoot) ? throw new RunException($"'{Path.GetFullPath(runsRoot)}' is a file, and no folder of runs. Name one with --runs.") :
        Directory.Exists(runsRoot) ? Directory.EnumerateDirectories(runsRoot, "*", Readable).SelectMany(Versions) : [];

    private static IEnumerable<RunFolder> Versions(string nameFolder) =>
        Directory.EnumerateDirectories(nameFolder, "v*", Readable).Where(path => RunFolder.VersionNumber(Path.GetFileName(path.AsSpan())) is not null)
            .Select(RunFolder.At);

    /// <summary>The run that a folder is, or the highest version in it; null if it is neither.</summary>
    private static RunFolder? InFolder(string path)
    {
        var folder = RunFolder.At(path);
        return File.Exists(folder.ManifestFile) || Directory.Exists(folder.CheckpointFolder)
            ? folder
            : Highest(folder.Path);
    }

    /// <summary>The highest version that was begun; where there is none, the highest; null if there is none either.</summary>
    private static RunFolder? Highest(string nameFolder) =>
        Versions(nameFolder).MaxBy(version => (File.Exists(version.ManifestFile), RunFolder.VersionNumber(version.Version)));

    private static RunException NotFound(string runsRoot, string run)
    {
        if (run.Length > 0 && Directory.Exists(Path.Combine(runsRoot, run + SweepExtension)))
        {
            return new RunException($"'{run}' is a sweep and no run: 'fff sweep status {run}' shows its trials, which are runs named {run}-0000 and so on.");
        }

        string[] known = [.. Folders(runsRoot).Select(folder => folder.Name).Distinct()];
        if (known.Length == 0)
        {
            return new RunException(
                $"There is no run '{run}': '{Path.GetFullPath(runsRoot)}' holds no runs. Train one with 'fff train', or name their folder with --runs.");
        }

        var name = run.Split('/', '\\')[0];
        var near = NearestKey.InOrder(name, known.Order(StringComparer.Ordinal)).Take(MaxSuggestions)
            .Select(other => Highest(Path.Combine(runsRoot, other))!)
            .Select(folder => $"{folder.Name}/{folder.Version}");
        return new RunException($"There is no run '{run}' in '{Path.GetFullPath(runsRoot)}'. Near: {string.Join(", ", near)}. 'fff runs list' shows all.");
    }
}
