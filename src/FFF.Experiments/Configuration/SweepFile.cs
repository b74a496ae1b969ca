using FFF.Configuration.Binding;

namespace FFF.Configuration;

/// <summary>Sweeps as YAML, read by the same rules as experiments: see <see cref="ExperimentFile"/>.</summary>
internal static class SweepFile
{
    /// <summary>Reads a sweep.</summary>
    /// <param name="files">Paths of YAML files, or names: see <see cref="ConfigNames"/>; later ones override earlier ones.</param>
    /// <param name="overrides"><c>key.path=value</c> each.</param>
    /// <param name="surroundings">Where standard input comes from, and who is told which files were taken for names; neither if left out.</param>
    /// <exception cref="ConfigurationException">The files or overrides describe no valid sweep; lists every problem.</exception>
    public static SweepConfig Load(IReadOnlyList<string> files, IReadOnlyList<string> overrides, ConfigSurroundings? surroundings = null) =>
        ConfigurationFile.Load<SweepConfig>(files, overrides, surroundings);

    /// <summary>The sweep as YAML with every default spelt out; reading it gives an equal sweep.</summary>
    public static string Write(SweepConfig sweep) => Yaml.YamlWriter.Write(new RecordTree().Of(sweep, ShapeReader.Read(typeof(SweepConfig))));
}
