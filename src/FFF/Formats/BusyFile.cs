namespace FFF.Formats;

/// <summary>Waits for files that another process has open, which on Windows cannot be replaced, renamed or removed.</summary>
/// <remarks>
/// Readers of our own open files so that others may replace them, but virus scanners, search indexes, spreadsheets and
/// scripts do not, and even so a replacement can be refused while a reader is there. Most hold a file for milliseconds.
/// Unix has none of this: there the work is just done.
/// </remarks>
internal static class BusyFile
{
    private const int AccessDenied = unchecked((int)0x80070005);
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);
    private const int FolderNotEmpty = unchecked((int)0x80070091);
    private const int DeletePending = unchecked((int)0x8007012f);
    private const int UserMappedFile = unchecked((int)0x800704c8);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>So long a writer waits for others.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    /// <summary>So long a reader waits: a file that is refused for longer is one that may not be read.</summary>
    public static TimeSpan ReadersPatience { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Does the work, again and again while another process is in its way.</summary>
    /// <param name="work">Changes nothing where it fails.</param>
    /// <param name="giveUp">Whether waiting has become useless; never if left out.</param>
    /// <exception cref="IOException">As of the work; also where others did not let go of the file.</exception>
    public static void Wait(Action work, Func<bool>? giveUp = null) =>
        Wait(work, e => OperatingSystem.IsWindows() && IsBusy(e) && giveUp?.Invoke() is not true, Patience);

    /// <summary>Opens a file for reading, again and again while another process is about to replace it.</summary>
    public static FileStream Open(Func<FileStream> open)
    {
        FileStream? file = null;
        Wait(() => file = open(), e => OperatingSystem.IsWindows() && IsBusy(e), ReadersPatience);
        return file!;
    }

    /// <summary>The same with any failures and for any time.</summary>
    internal static void Wait(Action work, Func<Exception, bool> isBusy, TimeSpan patience)
    {
        var start = System.Diagnostics.Stopwatch.StartNew();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                work();
                return;
            }
            catch (Exception e) when (isBusy(e) && start.Elapsed < patience)
            {
                Thread.Sleep(pause);
            }
            catch (Exception e) when (isBusy(e) && e.HResult is not AccessDenied)
            {
                throw new IOException($"{e.Message.TrimEnd('.')}; it stayed so for {patience.TotalSeconds} s. Close the program that has it open", e);
            }
        }
    }

    /// <summary>Whether Windows refuses for what another process may be the reason.</summary>
    internal static bool IsBusy(Exception e) =>
        (e is IOException or UnauthorizedAccessException)
        && e.HResult is AccessDenied or SharingViolation or LockViolation or FolderNotEmpty or DeletePending or UserMappedFile;
}
