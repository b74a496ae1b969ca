using FFF.Configuration;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Tracking;

/// <summary>
/// Tells a place of what a run folder holds and the place has not been told yet: its settings, metrics by step, results and status. Whatever was lost on the
/// way is told the next time, since the folder is what is kept.
/// </summary>
internal static class RunTracking
{
    /// <summary>Longer values of parameters are cut short, as servers refuse them.</summary>
    private const int LongestValue = 500;

    private static readonly Dictionary<RunStatus, string> Statuses = new()
    {
        [RunStatus.Running] = "RUNNING",
        [RunStatus.Finished] = "FINISHED",
        [RunStatus.Interrupted] = "KILLED",
        [RunStatus.Failed] = "FAILED",
        [RunStatus.Stopped] = "KILLED",
        [RunStatus.Dropped] = "KILLED",
    };

    /// <summary>Sends what is new.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="place">What <see cref="TrackingPlace.Resolve"/> gave.</param>
    /// <param name="store">The place.</param>
    /// <param name="experiment">The experiment that the run belongs to there; the run's name if null.</param>
    /// <returns>How many numbers were sent.</returns>
    /// <exception cref="TrackingException">The place cannot be reached, or does not take it.</exception>
    /// <exception cref="FileReadException">The run folder is damaged.</exception>
    /// <exception cref="FileWriteException">The run folder cannot be written.</exception>
    public static int Send(RunFolder folder, string place, ITrackingStore store, string? experiment = null)
    {
        var manifest = TrainingFolders.Judged(folder, Manifest.Read(folder.ManifestFile));
        var note = TrackingNote.Read(folder, place) ?? Begin(folder, manifest, place, store, experiment ?? folder.Name);
        var (metrics, last) = New(folder, manifest, note);
        var results = manifest.Results
            .Where(result => double.IsFinite(result.Value) && note.Results.GetValueOrDefault(result.Key, double.NaN) != result.Value).ToList();
        var values = new TrackedValues([], [],
            [.. metrics, .. results.Select(result => new TrackedMetric(Key(result.Key), result.Value, DateTimeOffset.UtcNow, Math.Max(0, last)))]);
        if (!values.IsEmpty)
        {
            store.Log(note.Run, values);
            note = note with { Step = last, Results = new Dictionary<string, double>(note.Results.Concat(results).GroupBy(r => r.Key).Select(g => g.Last())) };
            note.Write(folder);
        }

        var status = Statuses[manifest.Status];
        if (status != note.Status)
        {
            store.Update(note.Run, status, manifest.Ended);
            (note with { Status = status }).Write(folder);
        }

        return values.Metrics.Count;
    }

    private static TrackingNote Begin(RunFolder folder, Manifest manifest, string place, ITrackingStore store, string experiment)
    {
        var run = store.Create(store.Experiment(experiment), $"{folder.Name}/{folder.Version}", manifest.Started);
        store.Log(run, new(
            [.. ResolvedConfig.Read(folder.ConfigFile).Select(setting => (Key(setting.Key), Short(setting.Value)))],
            [
                ("mlflow.source.name", "fff"), ("fff.run", folder.Path), ("fff.version", manifest.ProgramVersion), ("fff.device", manifest.Device),
                .. manifest.Trial is { } trial ? [("fff.sweep", trial.Sweep), ("fff.trial", FormattableString.Invariant($"{trial.Number}"))]
                    : Array.Empty<(string, string)>(),
            ],
            []));
        var note = new TrackingNote(place, run, -1, new Dictionary<string, double>(), "RUNNING");
        note.Write(folder);
        return note;
    }

    /// <summary>The metrics after the last step that was sent, timed by the seconds that the run took until then.</summary>
    private static (IReadOnlyList<TrackedMetric> Metrics, long Last) New(RunFolder folder, Manifest manifest, TrackingNote note)
    {
        if (!File.Exists(folder.MetricsFile))
        {
            return ([], note.Step);
        }

        var table = MetricsReader.Read(folder.MetricsFile);
        var seconds = table.Columns.GetValueOrDefault("seconds");
        double before = 0;
        var all = new List<TrackedMetric>();
        for (var row = 0; row < table.Steps.Count; row++)
        {
            // The seconds begin again whenever a run is resumed.
            before += row > 0 && seconds?[row] < seconds?[row - 1] ? seconds![row - 1] : 0;
            var time = manifest.Started.AddSeconds(before + (seconds?[row] is { } second && double.IsFinite(second) ? second : 0));
            if (table.Steps[row] > note.Step)
            {
                all.AddRange(table.Columns.Where(column => double.IsFinite(column.Value[row]))
                    .Select(column => new TrackedMetric(column.Key, column.Value[row], time, table.Steps[row])));
            }
        }

        return (all, table.Steps.Count > 0 ? Math.Max(note.Step, table.Steps[^1]) : note.Step);
    }

    /// <summary>MLflow's keys have letters, digits, and a few signs.</summary>
    private static string Key(string path) => string.Concat(path.Select(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' or '/' ? c : '_'));

    private static string Short(string value) => value.Length <= LongestValue ? value : value[..(LongestValue - 1)] + "…";
}
