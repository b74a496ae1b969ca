namespace FFF.Configuration.Yaml;

/// <summary>YAML as a tree of immutable nodes that remember where they were written.</summary>
internal abstract record YamlNode(Location At)
{
    /// <summary>The same node with other locations, within it too.</summary>
    public abstract YamlNode Relocated(Func<Location, Location> relocate);
}

/// <summary>A scalar: its text, and whether it was written plain, that is without quotes.</summary>
internal sealed record YamlScalar(string Text, bool Plain, Location At) : YamlNode(At)
{
    public bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override YamlNode Relocated(Func<Location, Location> relocate) => this with { At = relocate(At) };
}

/// <summary>A sequence.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, Location At) : YamlNode(At)
{
    public override YamlNode Relocated(Func<Location, Location> relocate) => new YamlList([.. Items.Select(item => item.Relocated(relocate))], relocate(At));
}

/// <summary>Single elements of a sequence that is given elsewhere: what <c>evaluate.0=nll</c> overrides.</summary>
internal sealed record YamlElements(IReadOnlyDictionary<int, YamlNode> Items, Location At) : YamlNode(At)
{
    public override YamlNode Relocated(Func<Location, Location> relocate) =>
        new YamlElements(Items.ToDictionary(item => item.Key, item => item.Value.Relocated(relocate)), relocate(At));
}

/// <summary>A mapping with its entries in the order in which they were written, each key once.</summary>
internal sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, Location At) : YamlNode(At)
{
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    public YamlMap Without(string key) => this with { Entries = [.. Entries.Where(entry => entry.Key != key)] };

    /// <summary>The mapping with an entry in place of the one of this key, or at its end where there is none.</summary>
    public YamlMap With(YamlEntry entry) =>
        this with { Entries = Find(entry.Key) is null ? [.. Entries, entry] : [.. Entries.Select(old => old.Key == entry.Key ? entry : old)] };

    public override YamlNode Relocated(Func<Location, Location> relocate) => new YamlMap(
        [.. Entries.Select(entry => entry with { KeyAt = relocate(entry.KeyAt), Value = entry.Value.Relocated(relocate) })], relocate(At));
}

/// <summary>One entry of a mapping.</summary>
/// <param name="Key">The key.</param>
/// <param name="KeyAt">Where the key stands.</param>
/// <param name="Value">The value.</param>
/// <param name="IsConditional">
/// Whether the entry counts only if the kind that is chosen in the end has such a key: a later layer chose another kind, or the key was
/// written where all kinds shared it.
/// </param>
internal sealed record YamlEntry(string Key, Location KeyAt, YamlNode Value, bool IsConditional = false);
