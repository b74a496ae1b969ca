namespace FFF.Runs;

/// <summary>Links in the place of a run's own files. To write through one would change a file that is none of the run's.</summary>
internal static class FileLink
{
    /// <summary>
    /// Removes a link of this name, so that a file is made in its place; its target stays as it is. Does nothing where there is a file, or nothing.
    /// </summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public static void Replace(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            File.Delete(path);
        }
    }
}
