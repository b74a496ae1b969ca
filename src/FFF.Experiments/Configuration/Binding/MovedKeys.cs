using FFF.Configuration.Yaml;
using FFF.Options;

namespace FFF.Configuration.Binding;

/// <summary>How a layer is written, and with it what an old path in it means.</summary>
internal enum LayerForm
{
    /// <summary>A file: it was written for an earlier version, and may have keys that its kinds do not use.</summary>
    File,

    /// <summary>A key path of a sweep, where the old path is short for the new one, of those kinds that have it.</summary>
    Sweep,

    /// <summary>A key path on the command line, where the old path is short for the new one.</summary>
    Override,
}

/// <summary>
/// Puts keys that stand in the places of earlier versions (<see cref="MovedKeyAttribute"/>) into their new ones, layer by layer before
/// these are merged, so that old and new layers can be laid over each other. What is wrong with them is told by the path that was written.
/// </summary>
/// <param name="problems">Takes keys that stand in both places.</param>
/// <param name="tell">Is told of each key in an old place of a file.</param>
internal sealed class MovedKeys(ICollection<Problem> problems, Action<string>? tell)
{
    /// <summary>The layer with all keys in their new places.</summary>
    public YamlNode Apply(YamlNode layer, RecordShape shape, LayerForm form) =>
        layer is YamlMap map ? shape.Moved.Aggregate(map, (whole, moved) => Apply(whole, moved, shape, form)) : layer;

    /// <summary>The new path of what an old one means.</summary>
    public static string Path(string path, RecordShape shape) =>
        shape.Moved.FirstOrDefault(moved => KeyPath.IsWithin(path, moved.From)) is { } moved ? moved.To + path[moved.From.Length..] : path;

    /// <summary>The oldest path of a key, which stays the same from version to version.</summary>
    public static string OldestPath(string path, RecordShape shape) =>
        shape.Moved.FirstOrDefault(moved => KeyPath.IsWithin(path, moved.To)) is { } moved ? moved.From + path[moved.To.Length..] : path;

    private YamlMap Apply(YamlMap map, MovedKeyAttribute moved, RecordShape shape, LayerForm form)
    {
        if (map.Find(moved.From) is not { } entry)
        {
            return map;
        }

        if (form == LayerForm.File)
        {
            tell?.Invoke(
                entry.KeyAt.Problem(moved.From, $"stands under {KeyPath.Parent(moved.To)} now: write {moved.To}. It is read as if it did.").ToString());
        }

        var written = new WrittenPath(moved.From, moved.To, form == LayerForm.File);
        Location Relocate(Location at) => at with { Source = at.Source with { Written = written } };
        var keys = moved.To.Split('.');
        var there = new YamlEntry(keys[^1], Relocate(entry.KeyAt), entry.Value.Relocated(Relocate), IsConditional: form != LayerForm.Override);
        return (YamlMap?)Put(map.Without(moved.From), keys, there, shape) ?? map.Without(moved.From);
    }

    /// <summary>The node with the entry under these keys; null where something else stands there, which the binder tells.</summary>
    private YamlNode? Put(YamlNode node, ReadOnlySpan<string> keys, YamlEntry entry, ValueShape? shape)
    {
        if ((node as YamlMap ?? Shorthands.Expand(node as YamlScalar, shape)) is not { } map)
        {
            return null;
        }

        var existing = map.Find(keys[0]);
        if (keys.Length > 1)
        {
            var below = Put(existing?.Value ?? new YamlMap([], entry.KeyAt), keys[1..], entry, shape?.Below(keys[0])?.Value);
            return below is null ? null : map.With(existing is null ? new YamlEntry(keys[0], entry.KeyAt, below) : existing with { Value = below });
        }

        if (existing is not null)
        {
            problems.Add(entry.KeyAt.Problem(entry.KeyAt.Source.Written!.To,
                $"the key is given twice: here, and as {entry.KeyAt.Source.Written.To} on line {existing.KeyAt.Line}; leave this one out"));
            return map;
        }

        return map.With(entry);
    }
}
