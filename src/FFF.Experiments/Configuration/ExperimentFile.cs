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
    /// <param name="files">Paths of YAML files, or names: see <see cref="ConfigNames"/>; later ones override earlier ones.</param>
    /// <param name="overrides">
    /// <c>key.path=value</c> each; lists and mappings in YAML, any other value as it is. Elements of lists are named by number from 0, as in
    /// <c>evaluate.0=nll</c>, the number after the last adding one.
    /// </param>
    /// <param name="surroundings">Where standard input comes from, and who is told which files were taken for names; neither if left out.</param>
    /// <exception cref="ConfigurationException">The files or overrides describe no valid experiment; lists every problem.</exception>
    public static Experiment Load(IReadOnlyList<string> files, IReadOnlyList<string> overrides, ConfigSurroundings? surroundings = null) =>
        ConfigurationFile.Load<Experiment>(files, overrides, surroundings);

    /// <summary>Says where the keys stand that did not fit the data, which was noticed only once those were there.</summary>
    /// <param name="exception">What was noticed.</param>
    /// <param name="files">The files, as <see cref="Load"/> was given them.</param>
    /// <param name="overrides">The overrides.</param>
    /// <returns>The same problems, each at the key, or else at the one that it is a part of; as they were where none is written down.</returns>
    public static ConfigurationException Locate(ConfigurationException exception, IReadOnlyList<string> files, IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(exception);

        // Standard input has been read.
        return files.Contains(ConfigSurroundings.StandardInputFile) ? exception
            : new(ConfigurationFile.InOrder([.. exception.Problems.Select(
                problem => problem.Source == Problem.Configuration ? ConfigurationFile.Locate<Experiment>(problem, files, overrides) : problem)]));
    }

    /// <summary>The experiment as YAML with every default spelt out; reading it gives an equal experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="kept">What is written in place of the path of a file that runs keep; the path if left out.</param>
    public static string Write(Experiment experiment, Func<string, string>? kept = null) => WriteIn(null, experiment, kept);

    /// <summary>The same for a file in a folder, to which paths are written relative: they hold where folder and files are moved together.</summary>
    /// <param name="folder">The folder; paths are written in full if null.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="kept">What is written in place of the path of a file that runs keep; the path if left out.</param>
    internal static string WriteIn(string? folder, Experiment experiment, Func<string, string>? kept = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        return YamlWriter.Write(new RecordTree(kept, folder).Of(((IResolved)experiment).Resolve(), ShapeReader.Read(typeof(Experiment))));
    }
}
