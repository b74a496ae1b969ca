using FFF.Configuration.Yaml;

namespace FFF.Recipes;

/// <summary>The part of a configuration's tree that says more than another one.</summary>
internal static class BriefTree
{
    /// <summary>The entries of a mapping that are others than in a second one; within mappings, the same. The keys named are kept in any case.</summary>
    public static YamlMap Without(YamlMap map, YamlMap usual, params string[] kept) => map with
    {
        Entries = [.. map.Entries.Where(entry => kept.Contains(entry.Key) || !IsSame(entry.Value, usual.Find(entry.Key)?.Value))
            .Select(entry => entry with { Value = Without(entry.Value, usual.Find(entry.Key)?.Value) })],
    };

    private static YamlNode Without(YamlNode node, YamlNode? usual) => (node, usual) switch
    {
        (YamlMap map, YamlMap other) => Without(map, other),
        _ => node,
    };

    private static bool IsSame(YamlNode node, YamlNode? other) => other is not null && YamlWriter.WriteLine(node) == YamlWriter.WriteLine(other);
}
