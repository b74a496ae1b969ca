using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FFF.Formats;

/// <summary>What Unix does with files and .NET does not.</summary>
internal static partial class UnixFile
{
    private const int ReadOnly = 0;

    /// <summary>Opens a file or folder for reading without asking for a lock, which .NET does for every file. An invalid handle where it cannot be opened.</summary>
    public static SafeFileHandle OpenUnlocked(string path) => new(Open(path, ReadOnly), ownsHandle: true);

    /// <summary>
    /// Waits until renamed files have their new names on the disk too, so that not even a loss of power brings the old ones
    /// back. Windows does so by itself; file systems that cannot are left alone.
    /// </summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void FlushEntries(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            using var handle = OpenUnlocked(folder);
            if (!handle.IsInvalid)
            {
                RandomAccess.FlushToDisk(handle);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
