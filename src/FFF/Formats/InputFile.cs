namespace FFF.Formats;

/// <summary>
/// Opens files for reading, with messages for people. Pipes and devices are refused: nobody may ever write into a pipe, a device may never end,
/// and most files are read more than once, by parts or after their length.
/// </summary>
internal static class InputFile
{
    /// <summary>Opens the file; others may go on writing, renaming or deleting it.</summary>
    /// <exception cref="FileReadException">It is missing, a folder, a pipe, a device, or not permitted.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new FileReadException(path, "is a folder; name a file in it.");
        }

        if (!OperatingSystem.IsWindows() && !IsPlain(path))
        {
            throw new FileReadException(path, "is a pipe or a device, where a file is needed. Write what comes out of it into a file, and name that.");
        }

        try
        {
            return Shared(path);
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

    /// <summary>False for a pipe or a device that is there; anything else, opening it tells.</summary>
    private static bool IsPlain(string path)
    {
        if (UnixFile.IsPlain(path) is { } isPlain)
        {
            return isPlain;
        }

        using var handle = UnixFile.OpenWithoutWaiting(path);
        if (handle.IsInvalid || Directory.Exists(path))
        {
            return true;
        }

        using var stream = new FileStream(handle, FileAccess.Read, 0);
        return stream.CanSeek && !(new FileInfo(path).LinkTarget is not null
            && File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName.StartsWith("/dev/", StringComparison.Ordinal));
    }

    /// <summary>A file's text, in UTF-8 or what its byte order mark says.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static string ReadText(string path)
    {
        using var reader = new StreamReader(Open(path));
        return reader.ReadToEnd();
    }

    /// <summary>A file's content.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static byte[] ReadBytes(string path)
    {
        using var file = Open(path);
        var bytes = new byte[file.Length];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    /// <summary>Opens the file as <see cref="Open"/> does, or a pipe or a device, with the system's own exceptions.</summary>
    public static FileStream Shared(string path) =>
        BusyFile.Open(() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16));
}
