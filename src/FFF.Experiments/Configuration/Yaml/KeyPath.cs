using System.Globalization;

namespace FFF.Configuration.Yaml;

/// <summary>Paths of keys, such as <c>evaluate.0.kind</c>.</summary>
internal static class KeyPath
{
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>The path of what holds a key; empty for the whole.</summary>
    public static string Parent(string path) => path[..Math.Max(0, path.LastIndexOf('.'))];

    /// <summary>Whether a path is another one or leads further down.</summary>
    public static bool IsWithin(string path, string ancestor) =>
        path.StartsWith(ancestor, StringComparison.Ordinal) && (path.Length == ancestor.Length || path[ancestor.Length] is '.' or '[');

    public static string Join(string path, int index) => Join(path, index.ToString(CultureInfo.InvariantCulture));
}
