using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;

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

    /// <summary>Whether a file is meant as a sweep, which its keys tell; false for what cannot be read.</summary>
    public static bool IsSweep(string file)
    {
        if (ConfigNames.Locate(file, Directory.GetCurrentDirectory()).File is not { } path || !File.Exists(path))
        {
            return false;
        }

        var problems = new List<Problem>();
        var source = new YamlSource(path, Path.GetDirectoryName(path) ?? path, IsFile: true);
        return YamlText.Read(path, source, problems) is { } text && YamlReader.Read(source, text, "", problems) is YamlMap map
            && map.Entries.Any(entry => entry.Key is "search" or "configs");
    }

    /// <summary>The sweep as YAML with every default spelt out; reading it gives an equal sweep.</summary>
    public static string Write(SweepConfig sweep) => Yaml.YamlWriter.Write(new RecordTree().Of(sweep, ShapeReader.Read(typeof(SweepConfig))));
}
