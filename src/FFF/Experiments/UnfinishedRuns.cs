using FFF.Configuration;
using FFF.Runs;

namespace FFF.Experiments;

/// <summary>Finds the run that a job which was started again should go on with.</summary>
public static class UnfinishedRuns
{
    /// <summary>
    /// The newest run of the experiment's name that has not finished, has the same resolved configuration, and is not
    /// being trained by another process; null if there is none.
    /// </summary>
    public static RunFolder? Newest(string runsRoot, Experiment experiment)
    {
        var configuration = ExperimentFile.Write(experiment);
        return RunLocator.List(runsRoot, experiment.Name)
            .Where(run => run.Manifest is { Status: not RunStatus.Finished })
            .Select(run => run.Folder)
            .FirstOrDefault(folder => File.Exists(folder.ConfigFile) && File.ReadAllText(folder.ConfigFile) == configuration && !RunLock.IsHeld(folder));
    }
}
