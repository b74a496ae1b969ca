using System.Globalization;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>The data files of a run are not what they were, and nobody has accepted that.</summary>
public sealed class ChangedDataException(string message) : DatasetException(message);

/// <summary>
/// The data of a run that was begun, split as then. Their files are known by their digests. Where those changed and that is accepted, the
/// rows that there were are split as they were and rows that were added are left out: none that was trained on comes into the test.
/// Columns are taken by the names that the run knows them by, wherever they stand in the file by now.
/// </summary>
internal static class RunData
{
    /// <summary>The switch that accepts data that changed.</summary>
    public const string Switch = "--accept-changed-data";

    /// <summary>What to do where a run was trained on what it shall be judged by.</summary>
    public const string UnseenAdvice = "Give simulations that it has not seen, such as from fff simulate with another --seed and other files, or leave the "
        + "files out: then the rows that were held out are taken.";

    private const int DigitsShown = 12;

    /// <summary>Reads or draws them.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="experiment">Its experiment.</param>
    /// <param name="accepts">Whether files that changed are accepted.</param>
    /// <param name="request">Who asks.</param>
    /// <exception cref="ChangedDataException">The files have changed, and that is not accepted or leaves fewer rows than were split.</exception>
    /// <exception cref="DatasetException">The data cannot be read.</exception>
    public static Dataset Open(RunFolder folder, Experiment experiment, bool accepts, DataRequest request)
    {
        if (RunPaths.Missing(folder, experiment) is { } missing)
        {
            throw new DatasetException(missing);
        }

        var (noted, files) = (NotedIn(folder), DataFileNote.Of(experiment.Data));
        if (noted is null)
        {
            if (files.Count > 0)
            {
                request.Warn?.Invoke($"{Name(folder)} was begun by an earlier version, which did not note what its data files were: "
                    + $"whether {Named(files)} changed since then cannot be told.");
            }

            return DatasetFactory.Create(
            ByName(experiment.Data, ColumnNote.Find(folder)), files, null, request with { IsOrderComputed = false, TakesPublishedSplit = false });
        }

        request = request with { IsOrderComputed = noted.IsOrderComputed ?? false, TakesPublishedSplit = noted.Split is not null };
        if (noted.HasFilesOf(files))
        {
            return DatasetFactory.Create(experiment.Data, files, null, request);
        }

        noted = noted with { Names = noted.Names ?? ColumnNote.Find(folder) };
        var now = Look(experiment.Data, files, request);
        if (!accepts || !CanTakePlaceOf(noted, now))
        {
            throw Changed(folder, noted, now);
        }

        request.Warn?.Invoke($"{Changes(folder, noted, now)} That was accepted by {Switch}: the first {NumberText.Count(noted.Rows)} rows are split as they "
            + $"were{(now.Rows > noted.Rows ? $", and the {NumberText.Count(now.Rows - noted.Rows)} after them are left out" : "")}.");
        return DatasetFactory.Create(ByName(experiment.Data, noted.Names), files, noted.Rows, request);
    }

    /// <summary>Throws unless data are those of the run.</summary>
    /// <exception cref="ChangedDataException">They are others.</exception>
    public static void Require(RunFolder folder, DataNote data)
    {
        if (NotedIn(folder) is { } noted && !noted.HasFilesOf(data.Files))
        {
            throw Changed(folder, noted, data);
        }
    }

    /// <summary>Throws where a file is one that the run was trained on, by its content: on what it has learnt a run looks better than it is.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="files">Files of what the run must not have seen.</param>
    /// <exception cref="DatasetException">It was trained on one of them.</exception>
    public static void RequireUnseen(RunFolder folder, params IReadOnlyList<string> files)
    {
        var manifest = Manifest.Read(folder.ManifestFile);
        var noted = (manifest.AcceptedData ?? []).Select(accepted => (DataNote?)accepted.Data).Append(manifest.Data).OfType<DataNote>();
        if (Seen([.. noted.SelectMany(data => data.Files)], files) is { } seen)
        {
            throw new DatasetException(seen);
        }
    }

    /// <summary>What is said where a file is one of those that data were read from; null where none is.</summary>
    /// <param name="trained">What data were read from.</param>
    /// <param name="files">Files of what a run must not have seen.</param>
    /// <exception cref="FileReadException">A file cannot be read.</exception>
    public static string? Seen(IReadOnlyList<DataFileNote> trained, IReadOnlyList<string> files)
    {
        foreach (var file in trained.Count == 0 ? [] : files)
        {
            var digest = FileDigest.Sha256(file);
            if (trained.FirstOrDefault(one => one.Sha256 == digest) is { } same)
            {
                return $"{file}: holds what the run is trained on ({same.Path}, SHA-256 {digest[..DigitsShown]}), where it looks better than it is. "
                    + UnseenAdvice;
            }
        }

        return null;
    }

    /// <summary>Whether data are others than those that the run notes.</summary>
    public static bool IsChanged(RunFolder folder, DataNote data) => NotedIn(folder) is { } noted && !noted.HasFilesOf(data.Files);

    /// <summary>The manifest of a run that has used data: others than its own are noted as accepted, and a run of an earlier version gets its note.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="by">For what they were used, such as eval-nll.</param>
    /// <param name="data">The data.</param>
    public static Manifest Noted(Manifest manifest, string by, DataNote data) =>
        manifest.Data is null ? manifest with { Data = data }
        : manifest.Data.HasFilesOf(data.Files) ? manifest
        : manifest with { AcceptedData = [.. manifest.AcceptedData ?? [], new(DateTimeOffset.UtcNow, by, data)] };

    /// <summary>What became of the files of a run, for a report, in a sentence; null where they are as they were or cannot be told.</summary>
    public static string? Difference(RunFolder folder, DataNote noted)
    {
        var now = Files(folder);
        foreach (var (i, file) in noted.Files.Index())
        {
            try
            {
                var place = now.Count == noted.Files.Count ? now[i] : file.Path;
                if (!File.Exists(place))
                {
                    return $"{file.Path}, which the run was trained on, is no longer there.";
                }

                if (new FileInfo(place).Length != file.Bytes || FileDigest.Sha256(place) != file.Sha256)
                {
                    return $"{place} has changed since {Name(folder)} was begun.";
                }
            }
            catch (FileReadException e)
            {
                return e.Message;
            }
        }

        return null;
    }

    /// <summary>Where the files of a run's data are by now; none where its configuration cannot be read.</summary>
    private static IReadOnlyList<string> Files(RunFolder folder)
    {
        try
        {
            return RunExperiment.Load(folder, []).Data.Files;
        }
        catch (ConfigurationException)
        {
            return [];
        }
    }

    /// <summary>A run's data, and what was accepted in their place, for people.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(Manifest manifest)
    {
        if (manifest.Data is { } data)
        {
            yield return ("data", Words(data));
        }

        foreach (var accepted in manifest.AcceptedData ?? [])
        {
            yield return ("changed data", string.Create(CultureInfo.InvariantCulture,
                $"accepted for {accepted.By}, {accepted.Accepted.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {Words(accepted.Data)}"));
        }
    }

    private static string Words(DataNote data) => data.Files.Count == 0
        ? $"drawn, {NumberText.Counted(data.Rows, "row")} of {NumberText.Counted(data.Columns, "number")}"
        : $"{Named(data.Files)}, {Size(data)}, SHA-256 {Digests(data.Files)}";

    /// <summary>What tells results on these data from the run's own.</summary>
    public static string ShortName(DataNote changed) => $"changed-data-{Digests(changed.Files)}";

    private static DataNote? NotedIn(RunFolder folder) => Manifest.Read(folder.ManifestFile).Data;

    /// <summary>What the files hold now.</summary>
    private static DataNote Look(DataConfig config, IReadOnlyList<DataFileNote> files, DataRequest request)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        return DataNote.Of(files, config.Open(request));
    }

    private static DataConfig ByName(DataConfig config, IReadOnlyList<string>? names) => names is null ? config : config.WithColumns(names);

    private static bool CanTakePlaceOf(DataNote noted, DataNote now) => now.Rows >= noted.Rows && now.Columns == noted.Columns && HasNamesOf(noted, now);

    private static bool HasNamesOf(DataNote noted, DataNote now) => noted.Names is null || noted.Names.Order().SequenceEqual((now.Names ?? []).Order());

    private static ChangedDataException Changed(RunFolder folder, DataNote noted, DataNote now) => new(
        Changes(folder, noted, now) + (!HasNamesOf(noted, now)
            ? $" The columns that are learnt were {Listed(noted.Names!)}, and are now {Listed(now.Names ?? [])}: the run knows them by these names, in "
                + "whatever order. Put the file back, or start a new run."
            : !CanTakePlaceOf(noted, now)
            ? " The run's split cannot be made of what is left. Put the file back, or start a new run."
            : $" Put the file back, start a new run, or give {Switch} to take the first {NumberText.Count(noted.Rows)} rows in place of those that there were, "
                + "split as they were."));

    private static string Changes(RunFolder folder, DataNote noted, DataNote now) =>
        $"{Named(Differing(now.Files, noted))} {(Differing(now.Files, noted).Count > 1 ? "are" : "is")} not what {Name(folder)} was begun with: "
        + $"then {Size(noted)}, now {Size(now)}; SHA-256 then {Digests(Differing(noted.Files, now))}, now {Digests(Differing(now.Files, noted))}.";

    private static IReadOnlyList<DataFileNote> Differing(IReadOnlyList<DataFileNote> files, DataNote others) =>
        [.. files.Where(file => others.Files.All(other => other.Sha256 != file.Sha256)) is var differing && differing.Any() ? differing : files];

    private static string Size(DataNote data) =>
        $"{NumberText.Counted(data.Rows, "row")} of {NumberText.Counted(data.Columns, "number")}, {NumberText.Count(data.Files.Sum(file => file.Bytes))} bytes";

    private static string Digests(IReadOnlyList<DataFileNote> files) =>
        files.Count == 0 ? "none" : string.Join(", ", files.Select(file => file.Sha256[..Math.Min(DigitsShown, file.Sha256.Length)]));

    private static string Listed(IReadOnlyList<string> names) =>
        names.Count == 0 ? "without names" : string.Join(", ", names.Select(name => $"'{name}'"));

    private static string Named(IReadOnlyList<DataFileNote> files) => files.Count == 0 ? "The data" : string.Join(", ", files.Select(file => file.Path));

    private static string Name(RunFolder folder) => $"{folder.Name}/{folder.Version}";
}
