namespace FFF.Formats;

/// <summary>
/// Files and folders that nobody but the user could have written, or root, who can write all. Only Linux tells; elsewhere every place counts as one.
/// </summary>
internal static class OwnPlace
{
    private const uint Root = 0;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Whether only the user or root could have written a file or a folder's entries.</summary>
    public static bool IsOwn(string path) =>
        !OperatingSystem.IsLinux() || (UnixFile.Status(path) is { } status && IsOfUs(status.Owner) && (status.Mode & OthersWrite) == 0);

    /// <summary>
    /// Makes a folder of the program's own that nobody else can read or write, where it is not there. One of the user's that others could write
    /// is closed to them: what they may have put there before, the files' own modes and owners tell.
    /// </summary>
    /// <returns>Whether it is such a folder now.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static bool Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return true;
        }

        Directory.CreateDirectory(folder, OwnersFolder);
        if (UnixFile.Status(folder) is { } status && status.Owner == UnixFile.User)
        {
            Close(folder);
        }

        return IsOwn(folder);
    }

    /// <summary>Lets nobody else write a file or folder of the user's. Where a group may write new files, it would not be known again as such.</summary>
    public static void Close(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & OthersWrite) != 0)
        {
            File.SetUnixFileMode(path, mode & ~OthersWrite);
        }
    }

    /// <summary>How a new file is opened for writing that is closed to all others from the start.</summary>
    public static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    /// <summary>Throws where somebody else could put another folder in the place of one, or of one above it.</summary>
    /// <exception cref="IOException">Somebody could.</exception>
    public static void RequireOwnAbove(string folder)
    {
        for (var at = Path.GetDirectoryName(folder); OperatingSystem.IsLinux() && at is not null; at = Path.GetDirectoryName(at))
        {
            var isSafe = UnixFile.Status(at) is { } status && IsOfUs(status.Owner)
                && ((status.Mode & OthersWrite) == 0 || status.Mode.HasFlag(UnixFileMode.StickyBit));
            if (!isSafe)
            {
                throw Writable(at);
            }
        }
    }

    /// <summary>The error of a place that others could write.</summary>
    public static IOException Writable(string path) => new($"'{path}' could be written by others.");

    private static bool IsOfUs(uint owner) => owner == UnixFile.User || owner == Root;
}
