using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>Reads files and, before each, those that it names as its base.</summary>
internal sealed class LayerLoader(ICollection<Problem> problems)
{
    // Files that name each other twice over would double the work with every level.
    private const int MaximumFiles = 100;

    private readonly List<YamlNode> _layers = [];
    private int _files;

    /// <summary>What the files contain, those first that the others are laid over, without the key that named them.</summary>
    public IReadOnlyList<YamlNode> Layers => _layers;

    /// <summary>Whether every file could be read and parsed.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Reads a file that was named on the command line.</summary>
    public void Load(string path)
    {
        if (path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal))
        {
            var file = ShippedConfigs.Resolve(path);
            Load(Path.GetFullPath(file), file, []);
            return;
        }

        problems.Add(new Problem($"'{Quoted.Bare(path)}'", null, null, "", "expected the path of a file"));
        IsComplete = false;
    }

    private void Load(string fullPath, string name, IReadOnlyList<string> laidOver)
    {
        _files++;
        var source = new YamlSource(name, Path.GetDirectoryName(fullPath) ?? fullPath, IsFile: true);
        var known = problems.Count;
        var text = YamlText.Read(fullPath, source, problems);
        var root = text is null ? null : YamlReader.Read(source, text, "", problems);
        if (root is not YamlMap map)
        {
            IsComplete = false;
            if (problems.Count == known)
            {
                problems.Add(root is null or YamlScalar { IsNull: true }
                    ? source.Problem("", "expected keys such as name and data, found an empty file")
                    : root.At.Problem("", $"expected keys such as name and data, found {Quoted.Of(root)}"));
            }

            return;
        }

        foreach (var path in BaseKey.Paths(map, problems))
        {
            LoadBase(path, [.. laidOver, fullPath]);
        }

        _layers.Add(map.Without(BaseKey.Name));
    }

    private void LoadBase(YamlScalar path, IReadOnlyList<string> laidOver)
    {
        var fullPath = Path.GetFullPath(path.Text, path.At.Source.Directory);
        var problem = laidOver.Contains(fullPath) ? $"expected a file that is not laid over itself; '{Quoted.Bare(path.Text)}' leads back to this one"
            : _files >= MaximumFiles ? $"more than {MaximumFiles} files"
            : File.Exists(fullPath) ? null
            : $"the file '{Quoted.Bare(path.Text)}' does not exist";
        if (problem is null)
        {
            var relative = !Path.IsPathRooted(path.At.Source.Name);
            Load(fullPath, relative ? Path.GetRelativePath(Directory.GetCurrentDirectory(), fullPath) : fullPath, laidOver);
            return;
        }

        problems.Add(path.At.Problem(BaseKey.Name, problem));
        IsComplete = false;
    }
}
