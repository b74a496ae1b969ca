using FFF.Formats;

namespace FFF.Native;

/// <summary>
/// A native library that was adapted in memory, in a file that it can be loaded from. Whoever could write that file would run code
/// as the user: it is used only where its content is the image, and its folder such that nobody else can put another in its place.
/// </summary>
internal static class LibraryCopy
{
    private const uint Root = 0;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Keeps the image in the user's cache folder; where that cannot be written or trusted, in a temporary one of this process.</summary>
    /// <param name="image">The library.</param>
    /// <param name="key">What tells it from those of other versions.</param>
    /// <param name="name">Its file's name.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">Neither can be written.</exception>
    public static string Keep(byte[] image, string key, string name)
    {
        try
        {
            return KeepIn(image, CacheFolder.Of(Path.Combine("native", key)), name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var folder = Directory.CreateTempSubdirectory("fff-native-").FullName;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(folder);
            return Write(image, folder, name);
        }
    }

    /// <summary>Keeps the image in a folder, which is made where it is not there.</summary>
    /// <exception cref="IOException">The folder cannot be written, or somebody else could write it.</exception>
    internal static string KeepIn(byte[] image, string folder, string name)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnersFolder);
            RequireOwn(folder);
            File.SetUnixFileMode(folder, OwnersFolder);
        }

        var path = Path.Combine(folder, name);
        return Holds(path, image) ? path : Write(image, folder, name);
    }

    private static bool Holds(string path, byte[] image)
    {
        if (!File.Exists(path) || new FileInfo(path) is not { LinkTarget: null } file || file.Length != image.Length || !IsOwn(path))
        {
            return false;
        }

        try
        {
            return InputFile.ReadBytes(path).AsSpan().SequenceEqual(image);
        }
        catch (FileReadException)
        {
            return false;
        }
    }

    private static string Write(byte[] image, string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var temporary = Path.Combine(folder, Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(image);
            DiskFlush.Content(file);
        }

        File.Move(temporary, path, overwrite: true);
        DiskFlush.Entries(folder);
        return path;
    }

    private static bool IsOwn(string file) =>
        !OperatingSystem.IsLinux() || (UnixFile.Status(file) is { } status && status.Owner == UnixFile.User && (status.Mode & OthersWrite) == 0);

    /// <summary>Throws where somebody else could put another file in a folder, or another folder in its place.</summary>
    private static void RequireOwn(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            var isSafe = UnixFile.Status(at) is { } status
                && (status.Owner == UnixFile.User || (status.Owner == Root && at != folder))
                && ((status.Mode & OthersWrite) == 0 || (at != folder && status.Mode.HasFlag(UnixFileMode.StickyBit)));
            if (!isSafe)
            {
                throw new IOException($"'{at}' could be written by others.");
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is loaded, Windows does not remove; the system clears the folder in time.
        }
    }
}
