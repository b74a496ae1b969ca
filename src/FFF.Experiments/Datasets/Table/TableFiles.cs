using System.IO.Enumeration;

namespace FFF.Datasets.Table;

/// <summary>The files that a path means: one, or those whose names fit a pattern with * and ?, in the order of their names, character by character.</summary>
internal static class TableFiles
{
    /// <summary>Those of several paths, one after the other.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> paths) => [.. paths.SelectMany(Of)];

    /// <summary>Their paths; the path itself where nothing fits.</summary>
    public static IReadOnlyList<string> Of(string path)
    {
        var (folder, pattern) = (Path.GetDirectoryName(path), Path.GetFileName(path));
        if (pattern.AsSpan().IndexOfAny('*', '?') < 0 || File.Exists(path) || folder is null || !Directory.Exists(folder.Length == 0 ? "." : folder))
        {
            return [path];
        }

        // A hidden file is one that is being written, or another program's.
        var found = Directory.EnumerateFiles(folder.Length == 0 ? "." : folder)
            .Where(file => Path.GetFileName(file) is var name && name[0] != '.' && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
            .OrderBy(Path.GetFileName, StringComparer.Ordinal).Select(file => Path.Combine(folder, Path.GetFileName(file))).ToList();
        return found.Count > 0 ? found : [path];
    }
}
