namespace FFF.Formats;

/// <summary>Opens files for reading, with messages for people.</summary>
internal static class InputFile
{
    /// <summary>Opens the file; others may go on writing, renaming or deleting it.</summary>
    /// <exception cref="FileReadException">It is missing, a folder, or not permitted.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new FileReadException(path, "is a folder; name a file in it.");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileReadException(path, "there is no such file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new FileReadException(path, "may not be read; check its permissions.", e);
        }
        catch (IOException e)
        {
            throw new FileReadException(path, $"cannot be read: {e.Message}", e);
        }
    }
}
