using FFF.Configuration;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Experiments;

/// <summary>
/// The files that a run keeps copies of, such as the modules of its networks (<see cref="Options.RelativeToFileAttribute.IsKept"/>). A copy is
/// named by the digest of its content, and the run's configuration names the copy, relative to itself: the folder can be moved, and
/// originals can go. Data are not copied; their paths are relative to the folder, too.
/// </summary>
internal static class KeptFiles
{
    private const int DigitsOfName = 16;

    /// <summary>Copies the files into a run's folder.</summary>
    /// <returns>The experiment as YAML, with the copies in place of the originals.</returns>
    /// <exception cref="FileReadException">A file cannot be read any more.</exception>
    /// <exception cref="FileWriteException">A copy cannot be written.</exception>
    public static string Keep(Experiment experiment, RunFolder folder) => ExperimentFile.WriteIn(folder.Path, experiment, path =>
    {
        var content = InputFile.ReadBytes(path);
        var name = FileDigest.Sha256(content)[..DigitsOfName] + Path.GetExtension(path);
        AtomicFile.Write(Path.Combine(RunFolders.Ensure(folder.FileFolder), name), stream => stream.Write(content));
        return $"{RunFolder.FileFolderName}/{name}";
    });

    /// <summary>
    /// The experiment as YAML, with the digests of the files in place of their paths, to be compared with another's; one that is not there keeps its path.
    /// </summary>
    public static string Compared(Experiment experiment) => ExperimentFile.Write(experiment, path =>
    {
        try
        {
            return FileDigest.Sha256(path);
        }
        catch (FileReadException)
        {
            return path;
        }
    });
}
