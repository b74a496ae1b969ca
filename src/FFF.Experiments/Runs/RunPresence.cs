using FFF.Configuration;
using FFF.Formats;
using FFF.Plots;

namespace FFF.Runs;

/// <summary>Tells that a run's folder went away, whichever of its files is missed first.</summary>
internal static class RunPresence
{
    /// <summary>Does work that reads and writes files of a run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="work">The work.</param>
    /// <param name="hasManifest">Whether it had a manifest when the work began; null where that is to be seen.</param>
    /// <exception cref="RunFolderGoneException">The work failed by a file, and the folder is gone, or what was in it.</exception>
    public static T Watch<T>(RunFolder folder, Func<T> work, bool? hasManifest = null)
    {
        var hadManifest = hasManifest ?? File.Exists(folder.ManifestFile);
        try
        {
            return work();
        }
        catch (Exception e) when (e is not RunFolderGoneException && IsOfFiles(e) && IsGone(folder, e, hadManifest))
        {
            throw new RunFolderGoneException(folder, e);
        }
    }

    /// <summary>Throws unless the folder is there, so that nothing is written that would make a part of it anew.</summary>
    /// <exception cref="RunFolderGoneException">It is not.</exception>
    public static void Require(RunFolder folder)
    {
        if (!Directory.Exists(folder.Path))
        {
            throw new RunFolderGoneException(folder);
        }
    }

    private static bool IsOfFiles(Exception e) => FileFailure.Is(e) || e is ConfigurationException or PictureException;

    /// <summary>
    /// A removal takes its time: what is missed may be gone while other files are still there. A file that is read may never have been there.
    /// </summary>
    private static bool IsGone(RunFolder folder, Exception e, bool hadManifest) =>
        !Directory.Exists(folder.Path)
        || (IsAbsence(e) && ((hadManifest && !File.Exists(folder.ManifestFile)) || (e is FileWriteException written && IsIn(folder, written.File))));

    private static bool IsIn(RunFolder folder, string file) =>
        Path.GetFullPath(file).StartsWith(folder.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Whether a file was missed; a full disk is none of this.</summary>
    private static bool IsAbsence(Exception? e) =>
        e is FileNotFoundException or DirectoryNotFoundException or ConfigurationException || (e?.InnerException is { } inner && IsAbsence(inner));
}
