using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>Reads records of any kind from files and overrides.</summary>
internal static class ConfigurationFile
{
    /// <summary>Lays the files over each other in order, then the overrides, and binds the result.</summary>
    /// <exception cref="ConfigurationException">They describe no valid record; lists every problem.</exception>
    public static T Load<T>(IReadOnlyList<string> files, IReadOnlyList<string> overrides, ConfigSurroundings? surroundings)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(overrides);
        if (files.Count + overrides.Count == 0)
        {
            throw new ConfigurationException([new Problem("configuration", null, null, "", "expected at least one file")]);
        }

        var problems = new List<Problem>();
        var layers = Layers<T>(files, overrides, problems, surroundings, out var isComplete);

        // Without a file's contents every key that it may have would be reported as missing.
        var record = isComplete && layers.Count > 0 ? Bind<T>(layers, problems, surroundings) : null;
        return problems.Count == 0 ? record! : throw new ConfigurationException(InOrder(problems));
    }

    /// <summary>The contents of the files and overrides, those first that the others are laid over.</summary>
    public static List<YamlNode> Layers<T>(IReadOnlyList<string> files, IReadOnlyList<string> overrides, List<Problem> problems,
        ConfigSurroundings? surroundings, out bool isComplete)
    {
        var loader = new LayerLoader(problems, surroundings);
        foreach (var file in files)
        {
            loader.Load(file);
        }

        isComplete = loader.IsComplete;
        // Of kinds that the files' plug-ins have added as well.
        var shape = (RecordShape)ShapeReader.Read(typeof(T));
        var moved = new MovedKeys(problems, surroundings?.Tell);
        return [.. loader.Layers.Select(layer => moved.Apply(layer, shape, LayerForm.File)),
            .. overrides.Select(text => Override.Parse(text, shape, problems)).OfType<YamlNode>()];
    }

    /// <summary>The record that the layers describe; not to be used if problems were added.</summary>
    public static T? Bind<T>(IReadOnlyList<YamlNode> layers, List<Problem> problems, ConfigSurroundings? surroundings)
        where T : class
    {
        var shape = ShapeReader.Read(typeof(T));
        var merge = new LayerMerge(problems);
        var root = layers.Aggregate((below, above) => merge.Merge(below, above, shape));
        new RecordBinder(problems, surroundings?.Tell).TryBind(root, shape, "", fallback: null, out var record);
        return (T?)(problems.Count == 0 && record is IResolved open ? open.Resolve() : record);
    }

    /// <summary>The problem at the place where its key stands in the topmost layer that has it, or the longest part of its path.</summary>
    public static Problem Locate<T>(Problem problem, IReadOnlyList<string> files, IReadOnlyList<string> overrides)
    {
        var layers = Layers<T>(files, overrides, [], null, out _);
        layers.Reverse();
        var keys = problem.Key.Split('.');
        for (var length = keys.Length; length > 0; length--)
        {
            if (layers.Select(layer => Find(layer, keys[..length])).FirstOrDefault(place => place is not null) is { } at)
            {
                return at.Problem(problem.Key, problem.Message);
            }
        }

        return problem;
    }

    private static Location? Find(YamlNode node, ReadOnlySpan<string> keys)
    {
        var at = node.At;
        foreach (var key in keys)
        {
            var entry = (node as YamlMap)?.Find(key);
            var next = entry?.Value ?? (int.TryParse(key, out var index) ? node switch
            {
                YamlList list when index < list.Items.Count => list.Items[index],
                YamlElements elements => elements.Items.GetValueOrDefault(index),
                _ => null,
            } : null);
            if (next is null)
            {
                return null;
            }

            (node, at) = (next, entry?.KeyAt ?? next.At);
        }

        return at;
    }

    /// <summary>The problems file by file and line by line, each once.</summary>
    public static List<Problem> InOrder(IReadOnlyList<Problem> problems)
    {
        var sources = problems.Select(problem => problem.Source).Distinct().ToList();
        return [.. problems.Distinct().OrderBy(problem => sources.IndexOf(problem.Source)).ThenBy(problem => problem.Line).ThenBy(problem => problem.Column)];
    }
}
