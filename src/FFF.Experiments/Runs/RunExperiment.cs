using FFF.Configuration;
using FFF.Formats;
using FFF.Plugins;

namespace FFF.Runs;

/// <summary>The experiment of a run, from its resolved configuration.</summary>
internal static class RunExperiment
{
    /// <summary>Reads it. The plug-ins that it needs are not loaded, but have to be.</summary>
    /// <exception cref="PluginException">A plug-in that the run was started with is not loaded, or is another file by now.</exception>
    /// <exception cref="ConfigurationException">The run's configuration is damaged.</exception>
    public static Experiment Read(RunFolder folder)
    {
        RequirePlugins(folder);
        return Load(folder, []);
    }

    /// <summary>Reads it, with its data where they are by now (<see cref="RunPaths"/>).</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="overrides"><c>key.path=value</c> each.</param>
    /// <exception cref="ConfigurationException">The run's configuration is damaged, or an override does not fit.</exception>
    public static Experiment Load(RunFolder folder, IReadOnlyList<string> overrides)
    {
        var experiment = ExperimentFile.Load([folder.ConfigFile], overrides);
        return RunPaths.Found(folder, experiment) is { Count: > 0 } found ? ExperimentFile.Load([folder.ConfigFile], [.. overrides, .. found]) : experiment;
    }

    /// <summary>Refuses a run whose plug-ins are not loaded, or are other files by now.</summary>
    /// <inheritdoc cref="Read" path="/exception[1]"/>
    public static void RequirePlugins(RunFolder folder) => PluginLoader.Require($"the run {folder.Name}/{folder.Version}", Needed(folder));

    /// <summary>Where the manifest cannot be read, nothing is known to be needed; kinds that are missing are told by the configuration.</summary>
    private static IReadOnlyList<PluginNote> Needed(RunFolder folder)
    {
        try
        {
            return Manifest.Read(folder.ManifestFile).Plugins ?? [];
        }
        catch (FileReadException)
        {
            return [];
        }
    }
}
