using System.Text;

namespace FFF.Formats;

/// <summary>Writes whole files: whoever reads one sees the old content or the new, never a part.</summary>
/// <remarks>
/// The content goes to a temporary name in the same folder, is flushed to the disk and renamed; a rename within a
/// folder is atomic. Where another process has the old file open, Windows refuses that, and it is tried again for some
/// seconds. Devices such as <c>/dev/null</c> and named pipes are written to directly, as renaming would replace them; a link
/// stays, and what it points to is replaced, and a file that is replaced hands on its permissions.
/// </remarks>
internal static class AtomicFile
{
    private const string TemporaryExtension = ".tmp";

    /// <summary>Writes the file; when anything fails, the old file stays and the temporary one is removed.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="write">Writes the content to the stream that it is given.</param>
    /// <exception cref="FileWriteException">The folder is missing or not writable, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            if (OpenStream(path) is { } open)
            {
                using (open)
                {
                    write(open);
                }
            }
            else
            {
                Replace(Target(Path.GetFullPath(path)), write);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileWriteException(path, e);
        }
    }

    /// <summary>Writes the text as UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Removes temporary files in a folder that processes ended by force have left there; nobody may be writing into it.</summary>
    public static void RemoveLeftovers(string folder)
    {
        try
        {
            foreach (var temporary in Directory.EnumerateFiles(folder, ".*" + TemporaryExtension))
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They take space, and do no other harm.
        }
    }

    private static void Replace(string path, Action<Stream> write)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}{TemporaryExtension}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                DiskFlush.Content(stream);
            }

            KeepPermissions(path, temporary);
            BusyFile.Wait(() => File.Move(temporary, path, overwrite: true));
            DiskFlush.Entries(Path.GetDirectoryName(path)!);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>Removes what is left of a failed attempt; the failure itself is what the caller hears of.</summary>
    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where writing failed, deleting may fail too; a hidden temporary file does no harm.
        }
    }

    /// <summary>The file that a link points to, by whatever number of links, or the path itself.</summary>
    private static string Target(string path) => new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    private static void KeepPermissions(string old, string replacement)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(old))
        {
            File.SetUnixFileMode(replacement, File.GetUnixFileMode(old));
        }
    }

    /// <summary>What is no file of a disk, opened: a device, or a pipe, which waits for its reader; null for a file, and where there is none.</summary>
    private static FileStream? OpenStream(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
        {
            return null;
        }

        if (IsDevice(path))
        {
            return new FileStream(path, FileMode.Open, FileAccess.Write);
        }

        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // Its folder may still allow to replace it; or it is a link to what is not there yet.
        }

        if (!stream.CanSeek)
        {
            return stream;
        }

        stream.Dispose();
        return null;
    }

    private static bool IsDevice(string path)
    {
        var full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);
    }
}
