using FFF.Formats;

namespace FFF.Experiments;

/// <summary>The folders within a run's folder.</summary>
public static class RunFolders
{
    /// <summary>Makes the folder where it is not there, since copies of runs often lack the empty ones.</summary>
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
