using System.Globalization;
using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;
using FFF.Formats;

namespace FFF.Configuration;

/// <summary>A run's config.yaml as plain key paths and values, without judging them: also of runs that another version of the program trained.</summary>
internal static class ResolvedConfig
{
    /// <summary>Its name in a run folder.</summary>
    internal const string FileName = "config.yaml";

    /// <summary>The name of what lies beside it there, by which a run folder is known.</summary>
    internal const string ManifestName = "manifest.json";

    /// <summary>The values by key path in the order of the file, lists of scalars as one value.</summary>
    /// <exception cref="FileReadException">The file is missing or no YAML.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        InputFile.Open(path).Dispose();
        var problems = new List<Problem>();
        var source = new YamlSource(path, Path.GetDirectoryName(path) ?? path, IsFile: true);
        var text = YamlText.Read(path, source, problems);
        var root = text is null ? null : YamlReader.Read(source, text, "", problems);
        var values = new OrderedDictionary<string, string>();
        if (problems.Count > 0)
        {
            throw new FileReadException(path, problems[0].Message);
        }

        if (root is not null)
        {
            Add(values, "", Current(root));
        }

        return values;
    }

    /// <summary>What an earlier version wrote, as this one would: read where it can be, or else with its keys in their new places.</summary>
    private static YamlNode Current(YamlNode root)
    {
        var shape = (RecordShape)ShapeReader.Read(typeof(Experiment));
        var moved = new MovedKeys([], null).Apply(root, shape, LayerForm.File);
        var problems = new List<Problem>();
        return moved == root ? root
            : ConfigurationFile.Bind<Experiment>([moved], problems, null) is { } experiment && problems.Count == 0 ? new RecordTree().Of(experiment, shape)
            : moved;
    }

    /// <summary>Whether a key has this value: as a number where both are one, or as the kind of what stands there.</summary>
    public static bool Has(IReadOnlyDictionary<string, string> values, string key, string value)
    {
        var path = MovedKeys.Path(key, (RecordShape)ShapeReader.Read(typeof(Experiment)));
        return new[] { path, KeyPath.Join(path, "kind"), KeyPath.Join(path, "value") }
            .Any(path => values.TryGetValue(path, out var found) && IsSame(found, value));
    }

    /// <summary>
    /// Whether a file can have this value at all, told without parsing it: in a configuration as runs keep it, a key and its
    /// scalar stand on a line of their own. Most runs of many are ruled out by this.
    /// </summary>
    /// <exception cref="FileReadException">The file is missing.</exception>
    public static bool MayHave(string path, string key, string value)
    {
        using var reader = new StreamReader(InputFile.Open(path));
        var text = reader.ReadToEnd();
        string[] names = [key.Split('.')[^1], "kind", "value"];
        return text.Contains('{', StringComparison.Ordinal) || text.Split('\n')
            .Select(line => line.TrimStart(' ', '-').Split(": ", 2))
            .Any(parts => parts.Length == 2 && names.Contains(parts[0]) && IsSame(parts[1].Trim('\'', '"', '\r', ' '), value.Trim('\'', '"')));
    }

    private static bool IsSame(string a, string b) =>
        a == b
        || (double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
            && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var y) && x.Equals(y))
        || a.Replace(" ", "", StringComparison.Ordinal) == b.Replace(" ", "", StringComparison.Ordinal);

    private static void Add(OrderedDictionary<string, string> values, string path, YamlNode node)
    {
        switch (node)
        {
            case YamlMap { Entries.Count: > 0 } map:
                foreach (var entry in map.Entries)
                {
                    Add(values, KeyPath.Join(path, entry.Key), entry.Value);
                }

                break;
            case YamlList list when list.Items.Any(item => item is not YamlScalar):
                for (var i = 0; i < list.Items.Count; i++)
                {
                    Add(values, KeyPath.Join(path, i), list.Items[i]);
                }

                break;
            case YamlScalar scalar:
                values[path] = scalar.Text;
                break;
            default:
                values[path] = YamlWriter.WriteLine(node);
                break;
        }
    }
}
