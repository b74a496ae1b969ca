namespace FFF.Configuration.Yaml;

/// <summary>YAML as a tree of immutable nodes that remember where they were written.</summary>
internal abstract record YamlNode(Location At);

/// <summary>A scalar: its text, and whether it was written plain, that is without quotes.</summary>
internal sealed record YamlScalar(string Text, bool Plain, Location At) : YamlNode(At)
{
    public bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A sequence.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, Location At) : YamlNode(At);

/// <summary>Single elements of a sequence that is given elsewhere: what <c>evaluate.0=nll</c> overrides.</summary>
internal sealed record YamlElements(IReadOnlyDictionary<int, YamlNode> Items, Location At) : YamlNode(At);

/// <summary>A mapping with its entries in the order in which they were written, each key once.</summary>
internal sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, Location At) : YamlNode(At)
{
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    public YamlMap Without(string key) => this with { Entries = [.. Entries.Where(entry => entry.Key != key)] };
}

/// <summary>One entry of a mapping.</summary>
/// <param name="Key">The key.</param>
/// <param name="KeyAt">Where the key stands.</param>
/// <param name="Value">The value.</param>
/// <param name="Superseded">Whether a later layer chose another kind: the entry counts only if that kind has such a key.</param>
internal sealed record YamlEntry(string Key, Location KeyAt, YamlNode Value, bool Superseded = false);
