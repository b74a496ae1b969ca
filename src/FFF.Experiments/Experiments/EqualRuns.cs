using FFF.Configuration;
using FFF.Evaluations;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Experiments;

/// <summary>Finds runs whose configuration is equal to an experiment's, however that is written.</summary>
public static class EqualRuns
{
    /// <summary>
    /// The newest run of the experiment's name and configuration that has not finished training or not all of its evaluations, and is not being trained by
    /// another process, which a job that is started again should go on with; null if there is none.
    /// </summary>
    /// <param name="runsRoot">Where runs are kept.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="inUse">Is told of each newer one that another process trains.</param>
    /// <exception cref="Plugins.PluginException">The run was started with a plug-in that is not loaded, or is another file by now.</exception>
    public static RunFolder? Unfinished(string runsRoot, Experiment experiment, Action<RunFolder>? inUse = null)
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

        var newest = Of(runsRoot, experiment, isFinished: false).FirstOrDefault(IsFree);
        if (newest is not null)
        {
            RunExperiment.RequirePlugins(newest);
        }

        return newest;
    }

    /// <summary>The newest run of the experiment's name and configuration that has finished training and all of its evaluations; null if there is
    /// none.</summary>
    /// <param name="runsRoot">Where runs are kept.</param>
    /// <param name="experiment">The experiment.</param>
    public static RunFolder? Finished(string runsRoot, Experiment experiment) => Of(runsRoot, experiment, isFinished: true).FirstOrDefault();

    private static IEnumerable<RunFolder> Of(string runsRoot, Experiment experiment, bool isFinished)
    {
        var (configuration, headlines) = (KeptFiles.Compared(experiment), EvaluationFiles.Headlines(experiment));
        return RunLocator.List(runsRoot, experiment.Name)
            .Where(run => run.Manifest is { } manifest
                && isFinished == (manifest.Status == RunStatus.Finished && headlines.All(manifest.Results.ContainsKey)))
            .Select(run => run.Folder)
            .Where(folder => Configuration(folder) == configuration);
    }

    /// <summary>A run's configuration with every default of this version of the program spelt out; null where it cannot be read.</summary>
    private static string? Configuration(RunFolder folder)
    {
        try
        {
            return KeptFiles.Compared(RunExperiment.Load(folder, []));
        }
        catch (Exception e) when (e is ConfigurationException or FileReadException)
        {
            return null;
        }
    }
}
