using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;

namespace FFF.Configuration;

/// <summary>Experiments as YAML.</summary>
public static class ExperimentFile
{
    /// <summary>
    /// Reads an experiment. Files are laid over each other in order, each over those that it names under <c>base</c>,
    /// then the overrides. Mappings merge key by key, all other values replace. An upper layer that names another kind
    /// keeps those keys of the lower one that this kind has too, and drops the others.
    /// </summary>
    /// <param name="files">Paths of YAML files; later ones override earlier ones.</param>
    /// <param name="overrides">
    /// <c>key.path=value</c> each, the value in YAML; elements of lists by number from 0, as in <c>evaluate.0=nll</c>, the
    /// number after the last adding one.
    /// </param>
    /// <exception cref="ConfigurationException">The files or overrides describe no valid experiment; lists every problem.</exception>
    public static Experiment Load(IReadOnlyList<string> files, IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(overrides);
        if (files.Count + overrides.Count == 0)
        {
            throw new ConfigurationException([new Problem("configuration", null, null, "", "expected at least one file")]);
        }

        var problems = new List<Problem>();
        var loader = new LayerLoader(problems);
        foreach (var file in files)
        {
            loader.Load(file);
        }

        var layers = loader.Layers.Concat(overrides.Select(text => Override.Parse(text, problems)).OfType<YamlNode>()).ToList();

        // Without a file's contents every key that it may have would be reported as missing.
        var experiment = loader.IsComplete && layers.Count > 0 ? Bind(layers, problems) : null;
        return problems.Count == 0 ? experiment! : throw new ConfigurationException(InOrder(problems));
    }

    /// <summary>The experiment as YAML with every default spelt out; reading it gives an equal experiment.</summary>
    public static string Write(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        return YamlWriter.Write(RecordTree.Of(experiment, ShapeReader.Read(typeof(Experiment))));
    }

    private static Experiment? Bind(List<YamlNode> layers, List<Problem> problems)
    {
        var shape = ShapeReader.Read(typeof(Experiment));
        var merge = new LayerMerge(problems);
        var root = layers.Aggregate((below, above) => merge.Merge(below, above, shape));
        new RecordBinder(problems).TryBind(root, shape, "", fallback: null, out var experiment);
        return (Experiment?)experiment;
    }

    private static List<Problem> InOrder(List<Problem> problems)
    {
        var sources = problems.Select(problem => problem.Source).Distinct().ToList();
        return [.. problems.Distinct().OrderBy(problem => sources.IndexOf(problem.Source)).ThenBy(problem => problem.Line).ThenBy(problem => problem.Column)];
    }
}
