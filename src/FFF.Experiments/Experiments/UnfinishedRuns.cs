using FFF.Configuration;
using FFF.Evaluations;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Experiments;

/// <summary>Finds the run that a job which was started again should go on with.</summary>
public static class UnfinishedRuns
{
    /// <summary>
    /// The newest run of the experiment's name that has not finished training or not all of its evaluations, has an equal
    /// configuration, however that is written, and is not being trained by another process; null if there is none.
    /// </summary>
    /// <param name="runsRoot">Where runs are kept.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="inUse">Is told of each newer one that another process trains.</param>
    /// <exception cref="Plugins.PluginException">The run was started with a plug-in that is not loaded, or is another file by now.</exception>
    public static RunFolder? Newest(string runsRoot, Experiment experiment, Action<RunFolder>? inUse = null)
    {
        bool IsFree(RunFolder folder)
        {
            var isHeld = RunLock.IsHeld(folder, wait: true);
            if (isHeld)
            {
                inUse?.Invoke(folder);
            }

            return !isHeld;
        }

        var (configuration, headlines) = (KeptFiles.Compared(experiment), EvaluationFiles.Headlines(experiment));
        var newest = RunLocator.List(runsRoot, experiment.Name)
            .Where(run => run.Manifest is { } manifest && !(manifest.Status == RunStatus.Finished && headlines.All(manifest.Results.ContainsKey)))
            .Select(run => run.Folder)
            .FirstOrDefault(folder => Configuration(folder) == configuration && IsFree(folder));
        if (newest is not null)
        {
            RunExperiment.RequirePlugins(newest);
        }

        return newest;
    }

    /// <summary>A run's configuration with every default of this version of the program spelt out; null where it cannot be read.</summary>
    private static string? Configuration(RunFolder folder)
    {
        try
        {
            return KeptFiles.Compared(ExperimentFile.Load([folder.ConfigFile], []));
        }
        catch (Exception e) when (e is ConfigurationException or FileReadException)
        {
            return null;
        }
    }
}
