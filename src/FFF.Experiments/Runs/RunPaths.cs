using FFF.Configuration;
using FFF.Configuration.Binding;
using FFF.Datasets.Table;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>A file that a run's configuration names.</summary>
/// <param name="Key">The path of its key, such as data.path.</param>
/// <param name="File">Its full path when the run last trained; perhaps with * or ?.</param>
public sealed record PathNote(string Key, string File);

/// <summary>
/// Where a run's data are by now. Its configuration names them relative to its folder, so that a project whose folder was renamed is whole.
/// Where that does not lead to them, they may still be where they were, as where the runs alone were moved; or else the user tells
/// where they went.
/// </summary>
internal static class RunPaths
{
    /// <summary>The option that names the folder, for messages.</summary>
    public const string Option = "--data-root";

    /// <summary>The environment variable that names the folder that data were moved to; processes that are started from here have it, too.</summary>
    public const string RootVariable = "FFF_DATA_ROOT";

    /// <summary>What the manifest notes; null where the configuration names no file.</summary>
    public static IReadOnlyList<PathNote>? Of(Experiment experiment) =>
        Keys(experiment).Select(path => new PathNote(path.Key, path.File)).ToList() is { Count: > 0 } notes ? notes : null;

    /// <summary>The overrides that lead to the data where the configuration does not.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="experiment">Its configuration as it stands there.</param>
    public static IReadOnlyList<string> Found(RunFolder folder, Experiment experiment)
    {
        var lost = Keys(experiment).Where(path => !IsThere(path.File)).ToList();
        if (lost.Count == 0)
        {
            return [];
        }

        var (noted, root) = (Noted(folder), Environment.GetEnvironmentVariable(RootVariable));
        return
        [
            .. lost.Select(path => (path.Key, File: Candidates(path.File, noted.GetValueOrDefault(path.Key), root).FirstOrDefault(IsThere)))
                .Where(found => found.File is not null).Select(found => $"{found.Key}={found.File}"),
        ];
    }

    /// <summary>The first of the files that is not there, and what to do; null where all are.</summary>
    public static string? Missing(RunFolder folder, Experiment experiment)
    {
        if (Keys(experiment).FirstOrDefault(path => !IsThere(path.File)) is not { File: not null } lost)
        {
            return null;
        }

        var was = Noted(folder).GetValueOrDefault(lost.Key);
        return $"{lost.File}, which the run {folder.Name}/{folder.Version} is trained on, is not there"
            + $"{(was is null || was == lost.File ? "" : $", nor is {was}, where it was")}. Put it back, or name the folder that the data are in now "
            + $"by {Option} DIR; a run that is resumed also takes {lost.Key}=FILE.";
    }

    /// <summary>Whether a key of the run's experiment names a file that may have been moved.</summary>
    public static bool IsPath(Experiment experiment, string key) => Keys(experiment).Any(path => path.Key == key);

    /// <summary>
    /// Where it may be: where it was, then in the folder that was named, by as much of its former place as is found there:
    /// /new/project/data/x.csv before /new/data/x.csv before /new/x.csv.
    /// </summary>
    private static IEnumerable<string> Candidates(string file, string? noted, string? root)
    {
        if (noted is not null)
        {
            yield return noted;
        }

        if (string.IsNullOrEmpty(root))
        {
            yield break;
        }

        foreach (var former in new[] { noted, file }.OfType<string>())
        {
            var parts = former[(Path.GetPathRoot(former)?.Length ?? 0)..].Split('/', '\\');
            for (var skipped = 0; skipped < parts.Length; skipped++)
            {
                yield return Path.GetFullPath(Path.Combine([root, .. parts[skipped..]]));
            }
        }
    }

    private static IEnumerable<(string Key, string File)> Keys(Experiment experiment) =>
        PathKeys.Of(experiment, ShapeReader.Read(typeof(Experiment)));

    private static bool IsThere(string file) => Directory.Exists(file) || TableFiles.Of(file).Any(File.Exists);

    private static Dictionary<string, string> Noted(RunFolder folder)
    {
        try
        {
            return (Manifest.Read(folder.ManifestFile).Paths ?? []).ToDictionary(path => path.Key, path => path.File);
        }
        catch (FileReadException)
        {
            return [];
        }
    }
}
