using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FFF.Formats;

/// <summary>
/// Waits until what was written is on the disk. <see cref="FileStream.Flush(bool)"/> swallows the errors of fsync, but a disk
/// that is thinly provisioned, over quota or on a network may tell only there that it has no room.
/// </summary>
internal static partial class DiskFlush
{
    // What a file system that cannot flush answers: there is nothing to wait for. The numbers are those of Linux and macOS.
    private const int Interrupted = 4;
    private const int Invalid = 22;
    private const int ReadOnlyFileSystem = 30;
    private const int NotSupportedOnLinux = 95;
    private const int NotSupportedOnMac = 45;

    /// <summary>In tests: what the flush of a file answers instead of the operating system, 0 or an error's number; null asks that.</summary>
    internal static AsyncLocal<Func<SafeFileHandle, int?>?> Answer { get; } = new();

    /// <summary>Flushes a file's content.</summary>
    /// <exception cref="IOException">The disk is full, over quota or broken.</exception>
    public static void Content(FileStream file)
    {
        file.Flush();
        Wait(file.SafeFileHandle);
    }

    /// <summary>
    /// Flushes a folder's entries, so that not even a loss of power brings back the names that files had before they were renamed.
    /// Windows does so by itself.
    /// </summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void Entries(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            using var handle = UnixFile.OpenUnlocked(folder);
            if (!handle.IsInvalid)
            {
                Wait(handle);
            }
        }
    }

    private static void Wait(SafeFileHandle handle)
    {
        int error;
        do
        {
            error = Answer.Value?.Invoke(handle) ?? ErrorOf(handle);
        }
        while (error == Interrupted && !OperatingSystem.IsWindows());

        var cannot = !OperatingSystem.IsWindows() && error is Invalid or ReadOnlyFileSystem or NotSupportedOnLinux or NotSupportedOnMac;
        if (error != 0 && !cannot)
        {
            throw new IOException($"the disk did not take what was written: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    private static int ErrorOf(SafeFileHandle handle)
    {
        var done = OperatingSystem.IsWindows() ? FlushFileBuffers(handle) : FileSync(handle) == 0;
        return done ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle file);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle file);
}
