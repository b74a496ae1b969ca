using System.Globalization;
using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>
/// Reads <c>key.path=value</c> as a layer of its own: keys become mappings, numbers elements of lists, and the value is
/// YAML. Paths in it are relative to the working directory.
/// </summary>
internal static class Override
{
    private const int MaximumIndexDigits = 6;

    /// <summary>The layer, or null after adding a problem.</summary>
    public static YamlNode? Parse(string text, RecordShape shape, ICollection<Problem> problems)
    {
        var source = new YamlSource($"override '{Quoted.Bare(text)}'", Directory.GetCurrentDirectory(), IsFile: false);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? "" : text[..equals].Trim();
        var keys = path.Split('.');
        if (!IsPath(keys))
        {
            problems.Add(source.Problem("", "expected key.path=value, such as training.epochs=100"));
            return null;
        }

        if (FilesKey.Find(keys[0]) is { } files)
        {
            problems.Add(source.Problem(files.Name, $"expected in files only; {files.Instead}"));
            return null;
        }

        var at = new Location(source, 1, 1);
        var known = problems.Count;
        var value = YamlReader.Read(source, text[(equals + 1)..], Quoted.Bare(path), problems);
        if (value is null && problems.Count > known)
        {
            return null;
        }

        return new MovedKeys(problems, null).Apply(Wrap(keys, value ?? new YamlScalar("", Plain: true, at), at), shape, LayerForm.Override);
    }

    /// <summary>The layer that sets one key, given by its path, to a value that was read before; null after adding a problem.</summary>
    public static YamlNode? Layer(KeyedValue<ConfigValue> setting, RecordShape shape, ICollection<Problem> problems)
    {
        var at = setting.At ?? setting.Value.Node.At;
        var keys = setting.Key.Split('.');
        if (IsPath(keys) && FilesKey.Find(keys[0]) is null)
        {
            return new MovedKeys(problems, null).Apply(Wrap(keys, setting.Value.Node, at), shape, LayerForm.Sweep);
        }

        problems.Add(at.Problem(Quoted.Bare(setting.Key), "expected the path of an experiment's key, such as training.epochs"));
        return null;
    }

    private static bool IsPath(string[] keys) => !keys.Any(string.IsNullOrWhiteSpace) && keys.Length <= YamlReader.MaximumDepth;

    private static YamlNode Wrap(string[] keys, YamlNode value, Location at) => keys.Reverse().Aggregate(value, (node, key) => Wrap(key, node, at));

    private static YamlNode Wrap(string key, YamlNode value, Location at) =>
        key.All(char.IsAsciiDigit) && key.Length <= MaximumIndexDigits
            ? new YamlElements(new Dictionary<int, YamlNode> { [int.Parse(key, CultureInfo.InvariantCulture)] = value }, at)
            : new YamlMap([new YamlEntry(key, at, value)], at);
}
