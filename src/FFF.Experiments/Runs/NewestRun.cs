using FFF.Configuration;
using FFF.Formats;
using FFF.Plugins;

namespace FFF.Runs;

/// <summary>The run that a command works with if none is named.</summary>
/// <param name="Finished">The finished run of the kind that started last; null if there is none.</param>
/// <param name="Unfinished">Where there is none: the run of the kind that started last but has not finished; null if there is none either.</param>
/// <param name="FinishedCount">How many finished runs there are, of any kind.</param>
internal sealed record NewestRun(RunFolder? Finished, RunSummary? Unfinished, int FinishedCount)
{
    /// <summary>Looks for it. Runs that cannot be read are passed over.</summary>
    /// <param name="runsRoot">Where runs are kept.</param>
    /// <param name="kind">The kind of run.</param>
    public static NewestRun Find(string runsRoot, RunKind kind)
    {
        var runs = RunLocator.List(runsRoot).Where(run => run.Manifest is not null).ToLookup(run => run.Manifest!.Status == RunStatus.Finished);
        var finished = runs[true].FirstOrDefault(run => Is(run, kind));
        return new(finished?.Folder, finished is null ? runs[false].FirstOrDefault(run => Is(run, kind)) : null, runs[true].Count());
    }

    private static bool Is(RunSummary run, RunKind kind)
    {
        try
        {
            return kind.Fits(RunExperiment.Read(run.Folder));
        }
        catch (Exception e) when (e is ConfigurationException or FileReadException or PluginException)
        {
            return false;
        }
    }
}
