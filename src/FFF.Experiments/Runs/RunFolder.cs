using System.Globalization;
using FFF.Configuration;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>The folder of one run, <c>NAME/vNNNN</c> under a root, and where everything in it lies.</summary>
/// <remarks>
/// A new folder is filled under a temporary name and then renamed to the next version. Renaming onto a folder that is
/// not empty fails, so of several processes that want the same version exactly one gets it; the others take the next.
/// </remarks>
public sealed record RunFolder
{
    /// <summary>The file of the resolved configuration.</summary>
    internal const string ConfigName = ResolvedConfig.FileName;

    /// <summary>The file of the <see cref="Manifest"/>.</summary>
    internal const string ManifestName = ResolvedConfig.ManifestName;

    /// <summary>The name of <see cref="FileFolder"/>.</summary>
    internal const string FileFolderName = "files";

    private const int LongestName = 100;
    private const int LargestVersion = 999_999_999;
    private const string TemporaryPrefix = ".new-";

    private static readonly EnumerationOptions AnyCase = new() { MatchCasing = MatchCasing.CaseInsensitive, IgnoreInaccessible = true };

    private RunFolder(string path)
    {
        Path = path;
        Version = System.IO.Path.GetFileName(path);
        Name = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path)) ?? "";
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The run's name: that of the folder above.</summary>
    public string Name { get; }

    /// <summary>The run's version: the folder's own name, such as v0001.</summary>
    public string Version { get; }

    /// <summary>The resolved configuration.</summary>
    public string ConfigFile => File(ConfigName);

    /// <summary>What the run is and how it stands: see <see cref="Manifest"/>.</summary>
    public string ManifestFile => File(ManifestName);

    /// <summary>The scalars that were logged: see <see cref="MetricsWriter"/>.</summary>
    public string MetricsFile => File("metrics.csv");

    /// <summary>The log for people.</summary>
    public string LogFile => File("log.txt");

    /// <summary>The log for machines: compact JSON, one event per line.</summary>
    public string StructuredLogFile => File("log.clef");

    /// <summary>The newest checkpoint.</summary>
    public string LastCheckpoint => System.IO.Path.Combine(CheckpointFolder, "last.safetensors");

    /// <summary>The best checkpoint by validation.</summary>
    public string BestCheckpoint => System.IO.Path.Combine(CheckpointFolder, "best.safetensors");

    /// <summary>The weights that a run is judged by: the best checkpoint, or the last one where nothing was validated.</summary>
    internal string BestOrLastCheckpoint => System.IO.File.Exists(BestCheckpoint) || !System.IO.File.Exists(LastCheckpoint) ? BestCheckpoint : LastCheckpoint;

    /// <summary>The checkpoint after an epoch, where the configuration keeps it.</summary>
    public string EpochCheckpoint(int epoch) => System.IO.Path.Combine(CheckpointFolder, EpochCheckpoints.FileName(epoch));

    /// <summary>The checkpoints: see <see cref="Checkpoint"/>.</summary>
    public string CheckpointFolder => File("checkpoints");

    /// <summary>Copies of the files that the configuration names and the run cannot do without; made where there are any.</summary>
    public string FileFolder => File(FileFolderName);

    /// <summary>Results of evaluations.</summary>
    public string EvaluationFolder => File("eval");

    /// <summary>Samples that were drawn.</summary>
    public string SampleFolder => File("samples");

    /// <summary>Pictures.</summary>
    public string PlotFolder => File("plots");

    /// <summary>Makes the next version of a name, with empty folders for checkpoints, evaluations, samples and plots.</summary>
    /// <exception cref="RunException">The name is not allowed.</exception>
    /// <exception cref="FileWriteException">The folder cannot be written.</exception>
    public static RunFolder Create(string runsRoot, string name)
    {
        Validate(name);
        RefuseOtherCase(runsRoot, name);
        var parent = System.IO.Path.GetFullPath(System.IO.Path.Combine(runsRoot, name));
        var temporary = System.IO.Path.Combine(parent, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            var prepared = new RunFolder(temporary);
            foreach (var folder in (string[])[prepared.CheckpointFolder, prepared.EvaluationFolder, prepared.SampleFolder, prepared.PlotFolder])
            {
                Directory.CreateDirectory(folder);
            }

            while (true)
            {
                var target = System.IO.Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"v{NextVersion(parent):D4}"));
                try
                {
                    BusyFile.Wait(() => Directory.Move(temporary, target), giveUp: () => System.IO.Path.Exists(target));
                    return new RunFolder(target);
                }
                catch (IOException) when (System.IO.Path.Exists(target))
                {
                    // Another process was faster.
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            throw new FileWriteException(parent, e);
        }
    }

    /// <summary>The run in a folder that exists.</summary>
    internal static RunFolder At(string path) => new(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));

    /// <summary>The number of a version's folder name; null where it is not one, such as where it is larger than any that is counted to.</summary>
    internal static int? VersionNumber(ReadOnlySpan<char> folderName) =>
        folderName.Length >= 5 && folderName[0] == 'v' && int.TryParse(folderName[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= LargestVersion ? number : null;

    /// <summary>
    /// Throws unless a name is made of letters, digits, '.', '_' and '-', begins with a letter or digit, is not 'latest', and is
    /// none that Windows keeps for a device: run folders are copied between systems.
    /// </summary>
    /// <exception cref="RunException">The name is not allowed.</exception>
    public static void Validate(string name)
    {
        if (name.Length is 0 or > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            || !char.IsAsciiLetterOrDigit(name[0]) || name[^1] == '.' || name == RunLocator.Latest)
        {
            throw new RunException($"'{name}' cannot name a run. A name has 1 to {LongestName} letters, digits, '.', '_' and '-', "
                + $"begins with a letter or digit, does not end with '.', and is not '{RunLocator.Latest}'.");
        }

        if (PortableName.IsDevice(name))
        {
            throw new RunException($"'{name}' cannot name a run: Windows keeps the name '{name.Split('.')[0]}' for a device, with any ending, "
                + "and the run's folder could not be copied there. Choose another one.");
        }
    }

    /// <summary>Throws where a folder is there whose name differs by upper and lower case only: on Windows and macOS both would be one.</summary>
    /// <param name="root">Where it would be made.</param>
    /// <param name="folderName">The name of the folder.</param>
    /// <exception cref="RunException">There is such a folder.</exception>
    internal static void RefuseOtherCase(string root, string folderName)
    {
        if (!Directory.Exists(root))
        {
            return;
        }

        string[] same = [.. Directory.EnumerateDirectories(root, folderName, AnyCase).Select(path => System.IO.Path.GetFileName(path))];
        if (same.Length > 0 && !same.Contains(folderName))
        {
            throw new RunException($"'{folderName}' differs from '{same[0]}', which is in '{System.IO.Path.GetFullPath(root)}' already, "
                + "by upper and lower case only; on Windows and macOS both would be one folder. Choose another name, or write it as it is there.");
        }
    }

    private static int NextVersion(string parent)
    {
        var last = Directory.EnumerateFileSystemEntries(parent)
            .Select(entry => VersionNumber(System.IO.Path.GetFileName(entry.AsSpan())) ?? 0)
            .DefaultIfEmpty()
            .Max();
        return last < LargestVersion
            ? last + 1
            : throw new IOException($"there is a version {last} already, and none can come after it. Rename that folder, or choose another name for the run");
    }

    private static void Remove(string temporary)
    {
        try
        {
            Directory.Delete(temporary, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where creating failed, deleting may fail too; what is left is hidden and taken for no run.
        }
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
