using FFF.Formats;

namespace FFF.Runs;

/// <summary>What a run can be judged and sorted by: the results of its evaluations, and the last value of each scalar that it logged.</summary>
public static class RunMetrics
{
    /// <summary>The values by name, results first; empty for a run that cannot be read. Needs no libtorch.</summary>
    public static IReadOnlyDictionary<string, double> Of(RunSummary run)
    {
        var values = new OrderedDictionary<string, double>(run.Manifest?.Results ?? new Dictionary<string, double>());
        try
        {
            foreach (var (name, value) in MetricsTail.Read(run.Folder.MetricsFile))
            {
                values.TryAdd(name, value);
            }
        }
        catch (FileReadException)
        {
            // One damaged file must not hide all other runs; this one is listed without its scalars.
        }

        return values;
    }
}
