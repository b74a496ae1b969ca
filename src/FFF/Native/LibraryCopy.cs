using FFF.Formats;

namespace FFF.Native;

/// <summary>
/// A native library that was adapted in memory, in a file that it can be loaded from. Whoever could write that file would run code
/// as the user: it is used only where its content is the image, and its folder such that nobody else can put another in its place.
/// </summary>
internal static class LibraryCopy
{
    /// <summary>
    /// Keeps the image in the user's cache folder; where that cannot be written or trusted, in a temporary folder of the user's, and where that cannot
    /// either, in one of this process.
    /// </summary>
    /// <param name="image">The library.</param>
    /// <param name="key">What tells it from those of other versions.</param>
    /// <param name="name">Its file's name.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">Neither can be written.</exception>
    public static string Keep(byte[] image, string key, string name)
    {
        foreach (var folder in new[] { CacheFolder.Of(Path.Combine("native", key)), TemporaryFolder(key) })
        {
            try
            {
                return KeepIn(image, folder, name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next one.
            }
        }

        var own = Directory.CreateTempSubdirectory("fff-native-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(own);
        return Write(image, own, name);
    }

    /// <summary>
    /// Where a group may write new folders, as by the umask 002, the cache folder is no place to load a library from; without this one, every start
    /// would write a copy of its own.
    /// </summary>
    private static string TemporaryFolder(string key) =>
        Path.Combine(Path.GetTempPath(), $"fff-{(OperatingSystem.IsWindows() ? Environment.UserName : UnixFile.User)}", "native", key);

    /// <summary>Keeps the image in a folder, which is made where it is not there.</summary>
    /// <exception cref="IOException">The folder cannot be written, or somebody else could write it.</exception>
    internal static string KeepIn(byte[] image, string folder, string name)
    {
        if (!OwnPlace.Make(folder))
        {
            throw OwnPlace.Writable(folder);
        }

        OwnPlace.RequireOwnAbove(folder);
        var path = Path.Combine(folder, name);
        return Holds(path, image) ? path : Write(image, folder, name);
    }

    private static bool Holds(string path, byte[] image)
    {
        if (!File.Exists(path) || new FileInfo(path) is not { LinkTarget: null } file || file.Length != image.Length || !OwnPlace.IsOwn(path))
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
        using (var file = new FileStream(temporary, OwnPlace.NewFile()))
        {
            file.Write(image);
            DiskFlush.Content(file);
        }

        File.Move(temporary, path, overwrite: true);
        DiskFlush.Entries(folder);
        return path;
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
