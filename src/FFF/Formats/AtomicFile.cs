using System.Text;

namespace FFF.Formats;

/// <summary>Writes whole files: whoever reads one sees the old content or the new, never a part.</summary>
/// <remarks>
/// The content goes to a temporary name in the same folder, is flushed to the disk and renamed; a rename within a
/// folder is atomic. Where another process has the old file open, Windows refuses that, and it is tried again for some
/// seconds. Devices such as <c>/dev/null</c> are written to directly, as renaming would replace them.
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
            if (IsDevice(path))
            {
                using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
                write(device);
            }
            else
            {
                Replace(Path.GetFullPath(path), write);
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
                stream.Flush(flushToDisk: true);
            }

            BusyFile.Wait(() => File.Move(temporary, path, overwrite: true));
            UnixFile.FlushEntries(Path.GetDirectoryName(path)!);
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

    private static bool IsDevice(string path)
    {
        var full = Path.GetFullPath(path);
        return !OperatingSystem.IsWindows() && full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);
    }
}
