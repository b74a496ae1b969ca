namespace FFF.Formats;

/// <summary>
/// Paths that begin with <c>~</c>. Shells put the home folder in its place, but not everywhere: neither in <c>key=~/x</c> and
/// <c>--out=~/x</c>, nor within quotes, nor in a file; there it is done here, or a folder of the name <c>~</c> would be made.
/// </summary>
internal static class HomeFolder
{
    private const char Sign = '~';

    /// <summary>The path with the home folder in place of a <c>~</c> that stands alone or before a separator; any other as it is.</summary>
    public static string Expand(string path) =>
        !IsHome(path) ? path
        : path.Length <= 2 ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..].TrimStart('/'));

    /// <summary>What is wrong with a path that names another user's home folder, which shells alone know; null for any other.</summary>
    public static string? Problem(string path) =>
        path.StartsWith(Sign) && !IsHome(path) && path.IndexOfAny(['/', Path.DirectorySeparatorChar]) is var end and > 0
            ? $"'{path[..end]}' is not put in full, as only shells do that: write the whole path, or ./{path[..end]} for a folder of that name"
            : null;

    private static bool IsHome(string path) => path is [Sign] || (path.StartsWith(Sign) && (path[1] == '/' || path[1] == Path.DirectorySeparatorChar));
}
