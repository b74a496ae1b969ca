using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>
/// Lays one configuration over another. Mappings merge key by key; anything else replaces what was there. Where the
/// upper layer names another kind, keys of the lower layer stay only if that kind has them too. A name alone does the same where kinds
/// are <see cref="Options.NameKeepsKeysAttribute"/>. A record of which one key is given (<see cref="Options.OneKeyAttribute"/>) is replaced by another key.
/// </summary>
internal sealed class LayerMerge(ICollection<Problem> problems)
{
    /// <summary>The layers in one. The shape tells which scalars of the lower layer stand for mappings; null if unknown.</summary>
    public YamlNode Merge(YamlNode below, YamlNode above, ValueShape? shape, string path = "") => (below, above) switch
    {
        (YamlMap lower, YamlMap upper) => MergeMaps(lower, upper, shape, path),
        (YamlScalar scalar, YamlMap upper) when Shorthands.Expand(scalar, shape) is { } lower => MergeMaps(lower, upper, shape, path),
        (YamlMap lower, YamlScalar name) when shape is KindsShape { NameKeepsKeys: true } && Shorthands.Expand(name, shape) is { } upper =>
            MergeMaps(lower, upper, shape, path),
        (YamlList lower, YamlElements upper) => Replace(lower, upper, shape, path),
        (YamlElements lower, YamlElements upper) => upper with { Items = Union(lower.Items, upper.Items, shape, path) },
        _ => above,
    };

    private YamlMap MergeMaps(YamlMap below, YamlMap above, ValueShape? shape, string path)
    {
        var superseded = ChangesKind(below, above, shape);
        var upper = above.Entries.ToDictionary(entry => entry.Key);
        var isReplaced = shape is RecordShape { HasOneKey: true } && above.Entries.Any(entry => entry.Value is not YamlScalar { IsNull: true });
        var entries = new List<YamlEntry>();
        foreach (var entry in below.Entries.Where(entry => !isReplaced || upper.ContainsKey(entry.Key)))
        {
            entries.Add(upper.Remove(entry.Key, out var over)
                ? over with { Value = Merge(entry.Value, over.Value, shape?.ValueBelow(entry.Key), KeyPath.Join(path, entry.Key)) }
                : entry with { IsConditional = entry.IsConditional || superseded });
        }

        entries.AddRange(above.Entries.Where(entry => upper.ContainsKey(entry.Key)));
        return new YamlMap(entries, above.At.Source.IsFile ? above.At : below.At);
    }

    private static bool ChangesKind(YamlMap below, YamlMap above, ValueShape? shape) =>
        shape is KindsShape { Discriminator: var key }
        && above.Find(key)?.Value is YamlScalar kind
        && (below.Find(key)?.Value as YamlScalar)?.Text != kind.Text;

    private YamlList Replace(YamlList below, YamlElements above, ValueShape? shape, string path)
    {
        var element = (shape as ListShape)?.Element;
        var items = below.Items.ToList();
        foreach (var (index, item) in above.Items.OrderBy(item => item.Key))
        {
            var itemPath = KeyPath.Join(path, index);
            if (index < items.Count)
            {
                items[index] = Merge(items[index], item, element, itemPath);
            }
            else if (index == items.Count)
            {
                items.Add(item);
            }
            else
            {
                problems.Add(item.At.Problem(itemPath, $"expected an index from 0 to {items.Count}, the last of which adds an element; found {index}"));
            }
        }

        return below with { Items = items };
    }

    private Dictionary<int, YamlNode> Union(
        IReadOnlyDictionary<int, YamlNode> below, IReadOnlyDictionary<int, YamlNode> above, ValueShape? shape, string path)
    {
        var items = new Dictionary<int, YamlNode>(below);
        foreach (var (index, item) in above)
        {
            items[index] = items.TryGetValue(index, out var lower)
                ? Merge(lower, item, (shape as ListShape)?.Element, KeyPath.Join(path, index))
                : item;
        }

        return items;
    }
}
