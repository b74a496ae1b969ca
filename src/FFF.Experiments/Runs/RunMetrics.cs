using FFF.Formats;

namespace FFF.Runs;

/// <summary>What a run can be judged and sorted by: the results of its evaluations, and the last value of each scalar that it logged.</summary>
internal static class RunMetrics
{
    private const string Seconds = "seconds";

    /// <summary>The values by name, results first; empty for a run that cannot be read. Needs no libtorch.</summary>
    public static IReadOnlyDictionary<string, double> Of(RunSummary run)
    {
        var values = new OrderedDictionary<string, double>(run.Manifest?.Results ?? new Dictionary<string, double>());
        try
        {
            foreach (var (name, value) in Scalars(run))
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

    /// <summary>How long a run trained, validation in between included, in all sessions; null where metrics.csv is missing or empty.</summary>
    /// <remarks>The seconds in metrics.csv begin again whenever a run is resumed.</remarks>
    /// <exception cref="FileReadException">metrics.csv is damaged.</exception>
    public static double? TrainingSeconds(RunFolder folder)
    {
        if (!File.Exists(folder.MetricsFile) || !MetricsReader.Read(folder.MetricsFile).Columns.TryGetValue(Seconds, out var seconds) || seconds.Length == 0)
        {
            return null;
        }

        return seconds[^1] + seconds.Zip(seconds.Skip(1)).Where(pair => pair.Second < pair.First).Sum(pair => pair.First);
    }

    /// <summary>The last value of each scalar that a run logged; the seconds are those of all its sessions.</summary>
    /// <exception cref="FileReadException">metrics.csv is damaged.</exception>
    public static IReadOnlyDictionary<string, double> Scalars(RunSummary run)
    {
        var last = MetricsTail.Read(run.Folder.MetricsFile);

        // To read all of a long file is only worth it where there may have been several sessions, which older manifests do not tell.
        return last.ContainsKey(Seconds) && run.Manifest?.PausedSeconds != 0 && TrainingSeconds(run.Folder) is { } all
            ? new OrderedDictionary<string, double>(last) { [Seconds] = all }
            : last;
    }

    /// <summary>Throws unless one of the runs has the metric.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="metrics">The metrics of the runs; where there is no run, nothing is missed.</param>
    /// <param name="run">What the runs are, for the message.</param>
    /// <exception cref="RunException">None has it; the message names those that there are.</exception>
    public static void Require(string name, IReadOnlyCollection<IReadOnlyDictionary<string, double>> metrics, string run = "run")
    {
        if (metrics.Count == 0 || metrics.Any(values => values.ContainsKey(name)))
        {
            return;
        }

        var known = metrics.SelectMany(values => values.Keys).Distinct().ToList();
        throw new RunException(known.Count == 0
            ? $"No {run} has the metric '{name}', or any other."
            : $"No {run} has the metric '{name}'.{NearestKey.Question(name, known)} There are {string.Join(", ", known)}.");
    }
}
