using FFF.Formats;
using FFF.Runs;

namespace FFF.Experiments;

/// <summary>The folders within a run's folder, and others that are made where they are not there.</summary>
public static class RunFolders
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
