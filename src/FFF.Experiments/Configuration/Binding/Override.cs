using System.Globalization;
using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>
/// Reads <c>key.path=value</c> as a layer of its own: keys become mappings, and numbers elements of lists. What kind of value a key
/// takes decides how it is read: where that is a single one, such as a text, a path or a number, it is what the shell passed, to the
/// last character; lists and mappings are YAML. Paths are relative to the working directory.
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
        var value = Value(text[(equals + 1)..], [.. At(shape, MovedKeys.Path(path, shape).Split('.'))], at, problems, Quoted.Bare(path));
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

    /// <summary>The value's node; null where it is empty or, after a problem was added, no YAML.</summary>
    private static YamlNode? Value(string text, IReadOnlyList<ValueShape> shapes, Location at, ICollection<Problem> problems, string path)
    {
        if (shapes.Any(shape => shape is TextShape))
        {
            // Without quotes only an empty value is none: a file may be called null.
            var scalar = new YamlScalar(text, Plain: true, at);
            return scalar.IsNull && text.Length > 0 ? scalar with { Plain = false } : scalar;
        }

        if (shapes.Count > 0 && shapes.All(shape => shape is NumberShape or BooleanShape or ChoiceShape))
        {
            return new YamlScalar(text.Trim(), Plain: true, at);
        }

        // A name, such as that of a kind, is all of what was passed too: a comment belongs into a file.
        var value = YamlReader.Read(at.Source, text, path, problems);
        return value is YamlScalar { Plain: true } name ? name with { Text = text.Trim() } : value;
    }

    /// <summary>What can stand under these keys, in whichever kind; nothing where no kind has them.</summary>
    private static IEnumerable<ValueShape> At(ValueShape shape, ReadOnlyMemory<string> keys)
    {
        if (keys.IsEmpty)
        {
            return [shape];
        }

        var (key, rest) = (keys.Span[0], keys[1..]);
        return shape switch
        {
            RecordShape record => record.Find(key) is { } found ? At(found.Value, rest) : [],
            KindsShape kinds => kinds.Kinds.SelectMany(kind => At(kind.Record, keys)),
            ListShape list when key.Length > 0 && key.All(char.IsAsciiDigit) => At(list.Element, rest),
            _ => [],
        };
    }

    private static bool IsPath(string[] keys) => !keys.Any(string.IsNullOrWhiteSpace) && keys.Length <= YamlReader.MaximumDepth;

    private static YamlNode Wrap(string[] keys, YamlNode value, Location at) => keys.Reverse().Aggregate(value, (node, key) => Wrap(key, node, at));

    private static YamlNode Wrap(string key, YamlNode value, Location at) =>
        key.All(char.IsAsciiDigit) && key.Length <= MaximumIndexDigits
            ? new YamlElements(new Dictionary<int, YamlNode> { [int.Parse(key, CultureInfo.InvariantCulture)] = value }, at)
            : new YamlMap([new YamlEntry(key, at, value)], at);
}
