using System.Text;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>What a checkpoint that is asked for is called in names of files.</summary>
internal static class CheckpointName
{
    /// <summary>What is taken where none is asked for.</summary>
    public const string Best = "best";

    /// <summary>Its name; null for best. One from elsewhere than the run's folder has a hash of its place after it: it may be called best, too.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="checkpoint">As it was asked for: best, last or a file.</param>
    public static string? Of(RunFolder folder, string checkpoint)
    {
        if (checkpoint is Best or "last")
        {
            return checkpoint == Best ? null : checkpoint;
        }

        var (path, name) = (Path.GetFullPath(checkpoint), Path.GetFileNameWithoutExtension(checkpoint));
        return Path.GetDirectoryName(path) == folder.CheckpointFolder ? name == Best ? null : name : DistinctName.WithHash(name, Encoding.UTF8.GetBytes(path));
    }
}
