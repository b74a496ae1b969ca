using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>A top-level key that names one or several other files, which are read before anything is bound. It is none of a record's.</summary>
/// <param name="Name">The key.</param>
/// <param name="Instead">How overrides do the same.</param>
/// <param name="Description">What the key means, for the schema.</param>
internal sealed record FilesKey(string Name, string Instead, string Description)
{
    /// <summary>Files over which the file that names them is laid.</summary>
    public static FilesKey Base { get; } = new(
        "base", "name further files with --config", "Another configuration, or a list of them, that this one is laid over; relative to this file, or by name.");

    /// <summary>Assemblies whose kinds the file uses.</summary>
    public static FilesKey Plugins { get; } = new(
        "plugins", "name plug-ins with --plugin", "A .NET assembly, or a list of them, with kinds of its own that this file uses; relative to this file.");

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<FilesKey> All { get; } = [Base, Plugins];

    /// <summary>The key of this name; null where it is an ordinary one.</summary>
    public static FilesKey? Find(string name) => All.FirstOrDefault(key => key.Name == name);

    /// <summary>The paths as they are written, each with its place.</summary>
    public IReadOnlyList<YamlScalar> Paths(YamlMap root, ICollection<Problem> problems)
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
