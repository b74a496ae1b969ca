using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>The top-level key <c>base</c>: one or several other files over which the file that names them is laid.</summary>
internal static class BaseKey
{
    public const string Name = "base";

    /// <summary>What the key means, for the schema.</summary>
    public const string Description = "Another configuration, or a list of them, that this one is laid over; relative to this file, or by name.";

    /// <summary>The paths as they are written, each with its place.</summary>
    public static IReadOnlyList<YamlScalar> Paths(YamlMap root, ICollection<Problem> problems)
    {
        var paths = new List<YamlScalar>();
        IEnumerable<YamlNode> nodes = root.Find(Name)?.Value switch
        {
            null => [],
            YamlList list => list.Items,
            var single => [single],
        };
        foreach (var node in nodes)
        {
            if (node is YamlScalar { IsNull: false, Text.Length: > 0 } path && !path.Text.Contains('\0', StringComparison.Ordinal))
            {
                paths.Add(path);
            }
            else
            {
                problems.Add(node.At.Problem(Name, $"expected the path of a file, or a list of them, found {Quoted.Of(node)}"));
            }
        }

        return paths;
    }
}
