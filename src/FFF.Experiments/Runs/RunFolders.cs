using FFF.Formats;

namespace FFF.Runs;

/// <summary>The folders within a run's folder, and others that are made where they are not there.</summary>
internal static class RunFolders
{
    /// <summary>Makes a folder within a run's folder where it is not there, since copies of runs often lack the empty ones.</summary>
    /// <param name="run">The run's folder, which is not made anew where it is gone.</param>
    /// <param name="folder">The folder in it.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="RunFolderGoneException">The run's folder is gone.</exception>
    /// <exception cref="FileWriteException">It cannot be made.</exception>
    public static string Ensure(RunFolder run, string folder)
    {
        RunPresence.Require(run);
        return Ensure(folder);
    }

    /// <summary>All files in a run's folder and those below it. Links are left out: what they point to is not in it, and may lead round in circles.</summary>
    public static IEnumerable<FileInfo> Files(RunFolder run) =>
        new DirectoryInfo(run.Path).EnumerateFiles("*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true });

    /// <summary>Throws unless a folder is there and can be written to, or can be made. Leaves nothing behind.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FileWriteException">It cannot: a part of its path is a file, or the nearest folder above it that is there refuses.</exception>
    public static void RequireWritable(string folder)
    {
        var there = Path.GetFullPath(folder);
        while (!Path.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        if (File.Exists(there))
        {
            throw new FileWriteException(Path.Combine(there, Path.GetFileName(folder)), new IOException("a part of its path is a file"));
        }

        try
        {
            // Whether a folder can be written to, nobody knows better than the system: permissions are not all of it.
            using var probe = new FileStream(
                Path.Combine(there, $".fff-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileWriteException(folder, e);
        }
    }

    /// <summary>Makes a folder, and those above it, where they are not there.</summary>
    /// <returns>The same path.</returns>
    /// <exception cref="FileWriteException">It cannot be made.</exception>
    public static string Ensure(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileWriteException(folder, e);
        }
    }
}
