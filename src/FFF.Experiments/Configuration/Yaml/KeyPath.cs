using System.Globalization;

namespace FFF.Configuration.Yaml;

/// <summary>Paths of keys, such as <c>evaluate.0.kind</c>.</summary>
internal static class KeyPath
{
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    public static string Join(string path, int index) => Join(path, index.ToString(CultureInfo.InvariantCulture));
}
