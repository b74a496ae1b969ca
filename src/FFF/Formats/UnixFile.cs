using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FFF.Formats;

/// <summary>What Unix does with files and .NET does not.</summary>
internal static partial class UnixFile
{
    private const int ReadOnly = 0;

    /// <summary>Opens a file or folder for reading without asking for a lock, which .NET does for every file. An invalid handle where it cannot be opened.</summary>
    public static SafeFileHandle OpenUnlocked(string path) => new(Open(path, ReadOnly), ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
