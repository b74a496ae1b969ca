using System.Collections;
using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>
/// Turns a record back into the tree of a configuration in which nothing is left to defaults; what the data say that there is none of is left out.
/// </summary>
/// <param name="kept">What is written in place of the path of a file that runs keep; the path if left out.</param>
/// <param name="folder">The folder in which the tree is kept, to which paths are written relative; in full if left out.</param>
internal sealed class RecordTree(Func<string, string>? kept = null, string? folder = null)
{
    private static readonly Location Nowhere = new(new YamlSource("defaults", ".", IsFile: false), 1, 1);

    /// <summary>The tree of a value of that shape.</summary>
    public YamlNode Of(object? value, ValueShape shape) => (value, shape) switch
    {
        (null, _) => Plain("null"),
        (bool flag, _) => Plain(flag ? "true" : "false"),
        (_, NumberShape) => Plain(Numbers.Text(value)),
        (_, ChoiceShape choice) => Plain(choice.Choices.Single(candidate => value.Equals(candidate.Field.GetValue(null))).Name),
        (string path, TextShape { IsKept: true }) when kept is not null => new YamlScalar(kept(path), Plain: false, Nowhere),
        (string path, TextShape text) when folder is not null && text.IsFile(path) => new YamlScalar(Relative(path, folder), Plain: false, Nowhere),
        (string text, _) => new YamlScalar(text, Plain: false, Nowhere),
        (_, ListShape list) => new YamlList([.. ((IEnumerable)value).Cast<object>().Select(item => Of(item, list.Element))], Nowhere),
        (ConfigValue any, _) => any.Node,
        (_, MapShape map) => new YamlMap(
            [.. ((IEnumerable)value).Cast<object>().Select(entry => Entry(Part<string>(entry, "Key"), Of(Part<object>(entry, "Value"), map.Element)))],
            Nowhere),
        (_, KindsShape kinds) => OfKind(value, kinds),
        (_, RecordShape record) => new YamlMap(Entries(value, record), Nowhere),
        _ => throw new ArgumentException($"A configuration holds no {value.GetType()}.", nameof(value)),
    };

    /// <summary>Relative where more than the root is above both, so that what is moved together stays together.</summary>
    private static string Relative(string path, string folder)
    {
        var relative = Path.GetRelativePath(folder, path);
        var ups = relative.Split('/', '\\').TakeWhile(part => part == "..").Count();
        var above = folder;
        for (var i = 0; i < ups && above is not null; i++)
        {
            above = Path.GetDirectoryName(above);
        }

        return above is null || Path.GetPathRoot(above) == above ? path : relative.Replace('\\', '/');
    }

    private YamlMap OfKind(object value, KindsShape kinds)
    {
        var name = kinds.NameOf(value.GetType());
        return new YamlMap([Entry(kinds.Discriminator, Plain(name)), .. Entries(value, kinds.Find(name)!)], Nowhere);
    }

    private List<YamlEntry> Entries(object value, RecordShape record) =>
        [.. record.Keys.Select(key => (Key: key, Value: key.Property.GetValue(value)))
            .Where(entry => entry.Value is not null || !(entry.Key.IsByData || record.HasOneKey))
            .Select(entry => Entry(entry.Key.Name, Of(entry.Value, entry.Key.Value)))];

    private static T Part<T>(object keyed, string property) => (T)keyed.GetType().GetProperty(property)!.GetValue(keyed)!;

    private static YamlEntry Entry(string key, YamlNode value) => new(key, Nowhere, value);

    private static YamlScalar Plain(string text) => new(text, Plain: true, Nowhere);
}
