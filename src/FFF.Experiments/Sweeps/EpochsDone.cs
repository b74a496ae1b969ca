using FFF.Formats;
using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>How far the newest run of a name is, going by its metrics.</summary>
internal static class EpochsDone
{
    /// <summary>The share of its epochs that is done, from 0 to 1; 0 where nothing tells.</summary>
    /// <param name="runsRoot">Where runs are kept.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="epochs">All of its epochs.</param>
    public static double Share(string runsRoot, string name, int epochs)
    {
        try
        {
            return RunLocator.Newest(runsRoot, name) is { } run && MetricsTail.Read(run.Folder.MetricsFile).TryGetValue("epoch", out var epoch)
                ? Math.Clamp(epoch / epochs, 0, 1)
                : 0;
        }
        catch (FileReadException)
        {
            return 0;
        }
    }
}
