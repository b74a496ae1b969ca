using FFF.Configuration.Yaml;
using FFF.Formats;
using FFF.Plugins;

namespace FFF.Configuration.Binding;

/// <summary>Reads files and, before each, those that it names as its base.</summary>
internal sealed class LayerLoader(ICollection<Problem> problems, ConfigSurroundings? surroundings)
{
    // Files that name each other twice over would double the work with every level.
    private const int MaximumFiles = 100;

    private readonly List<YamlNode> _layers = [];
    private int _files;
    private bool _hasReadInput;

    /// <summary>What the files contain, those first that the others are laid over, without the key that named them.</summary>
    public IReadOnlyList<YamlNode> Layers => _layers;

    /// <summary>Whether every file could be read and parsed.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Reads a file that was named on the command line.</summary>
    public void Load(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            Refuse(new Problem($"'{Quoted.Bare(path)}'", null, null, "", "expected the path of a file"));
        }
        else if (path == ConfigSurroundings.StandardInputFile && surroundings?.StandardInput is { } input)
        {
            LoadInput(input);
        }
        else if (ConfigNames.Locate(path, Directory.GetCurrentDirectory()) is var location && location.Problem is { } problem
            && (location.IsFolder || !Directory.Exists(path)))
        {
            Refuse(new Problem(path, null, null, "", $"the file {problem}"));
        }
        else
        {
            var file = location.Note is null ? path : location.File!;
            Tell(location);
            Load(Path.GetFullPath(file), file, []);
        }
    }

    private void LoadInput(Stream input)
    {
        var source = new YamlSource(ConfigSurroundings.StandardInputName, Directory.GetCurrentDirectory(), IsFile: true);
        if (_hasReadInput)
        {
            Refuse(source.Problem("", "is named twice, but can be read only once"));
            return;
        }

        _hasReadInput = true;
        Add(source, YamlText.Read(input, source, problems), []);
    }

    private void Load(string fullPath, string name, IReadOnlyList<string> laidOver)
    {
        _files++;
        var source = new YamlSource(name, Path.GetDirectoryName(fullPath) ?? fullPath, IsFile: true);
        Add(source, YamlText.Read(fullPath, source, problems), [.. laidOver, fullPath]);
    }

    /// <summary>Adds what a text describes.</summary>
    /// <param name="source">Where the text came from.</param>
    /// <param name="text">The text; null where it could not be read, which was told.</param>
    /// <param name="path">The files that led here, and this one.</param>
    private void Add(YamlSource source, string? text, IReadOnlyList<string> path)
    {
        var known = problems.Count;
        var root = text is null ? null : YamlReader.Read(source, text, "", problems);
        if (root is not YamlMap map)
        {
            IsComplete = false;
            if (text is not null && problems.Count == known)
            {
                problems.Add(root is null or YamlScalar { IsNull: true }
                    ? source.Problem("",
                        $"expected keys such as name and data, found {(source.Name == ConfigSurroundings.StandardInputName ? "nothing" : "an empty file")}")
                    : root.At.Problem("", $"expected keys such as name and data, found {Quoted.Of(root)}"));
            }

            return;
        }

        foreach (var below in FilesKey.Base.Paths(map, problems))
        {
            LoadBase(below, path);
        }

        foreach (var plugin in FilesKey.Plugins.Paths(map, problems))
        {
            LoadPlugin(plugin);
        }

        _layers.Add(map.Without(FilesKey.Base.Name).Without(FilesKey.Plugins.Name));
    }

    private void LoadBase(YamlScalar path, IReadOnlyList<string> laidOver)
    {
        var location = ConfigNames.Locate(path.Text, path.At.Source.Directory);
        var fullPath = location.File is { } file ? Path.GetFullPath(file) : Path.GetFullPath(HomeFolder.Expand(path.Text), path.At.Source.Directory);
        var problem = laidOver.Contains(fullPath) ? $"expected a file that is not laid over itself; '{Quoted.Bare(path.Text)}' leads back to this one"
            : _files >= MaximumFiles ? $"more than {MaximumFiles} files"
            : location.Problem is { } missing ? $"the file '{Quoted.Bare(path.Text)}' {missing}"
            : null;
        if (problem is null)
        {
            Tell(location);
            var relative = !Path.IsPathRooted(path.At.Source.Name);
            Load(fullPath, relative ? Path.GetRelativePath(Directory.GetCurrentDirectory(), fullPath) : fullPath, laidOver);
            return;
        }

        Refuse(path.At.Problem(FilesKey.Base.Name, problem));
    }

    /// <summary>Loads a plug-in before anything is bound that its kinds belong into.</summary>
    private void LoadPlugin(YamlScalar path)
    {
        var file = Path.GetFullPath(HomeFolder.Expand(path.Text), path.At.Source.Directory);
        if (surroundings is not { LoadsPlugins: true } || IsOfRun(path.At.Source))
        {
            Refuse(path.At.Problem(FilesKey.Plugins.Name,
                $"a run's configuration loads no plug-in: name it yourself, by --plugin {file}, and leave this key out"));
            return;
        }

        try
        {
            PluginLoader.Load(file);
        }
        catch (PluginException e)
        {
            Refuse(path.At.Problem(FilesKey.Plugins.Name, e.Message));
        }
    }

    private static bool IsOfRun(YamlSource source) =>
        File.Exists(Path.Combine(source.Directory, ResolvedConfig.ManifestName)) && Path.GetFileName(source.Name) == ResolvedConfig.FileName;

    private void Tell(ConfigLocation location)
    {
        if (location.Note is { } note)
        {
            surroundings?.Tell?.Invoke(note);
        }
    }

    private void Refuse(Problem problem)
    {
        problems.Add(problem);
        IsComplete = false;
    }
}
