using FFF.Formats;
using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>A trial and how it stands.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Run">Its newest run; null if there is none.</param>
/// <param name="Failure">What its last start failed with, where the run cannot tell; null otherwise.</param>
internal sealed record TrialState(TrialRecord Trial, TrialStatus Status, RunSummary? Run, string? Failure = null);

/// <summary>How the trials of a sweep stand, from their run folders and, where there is one, Slurm's queue. Needs no libtorch.</summary>
internal static class SweepStatus
{
    /// <summary>The trials' states by number.</summary>
    /// <param name="folder">The sweep.</param>
    /// <param name="queue">Which trials are waiting or running in Slurm.</param>
    /// <exception cref="FileReadException">The list of trials is missing or damaged.</exception>
    public static IReadOnlyList<TrialState> Read(SweepFolder folder, IReadOnlyDictionary<int, TrialStatus> queue)
    {
        var dropped = folder.ReadRungs().Where(record => !record.Goes).Select(record => record.Trial).ToHashSet();
        return [.. folder.ReadTrials().AsParallel().AsOrdered().Select(trial => Read(folder, trial, queue, dropped.Contains(trial.Number)))];
    }

    /// <summary>Whether training and evaluations of a trial are done.</summary>
    public static bool IsFinished(SweepFolder folder, TrialRecord trial) => Of(trial, RunLocator.Newest(folder.RunsRoot, trial.Run)) == TrialStatus.Finished;

    private static TrialState Read(SweepFolder folder, TrialRecord trial, IReadOnlyDictionary<int, TrialStatus> queue, bool isDropped)
    {
        var run = RunLocator.Newest(folder.RunsRoot, trial.Run);
        if (queue.TryGetValue(trial.Number, out var queued))
        {
            return new(trial, queued, run);
        }

        // What failed before there was a run, or before it could be gone on with, left no trace in its folder.
        var status = Of(trial, run);
        if (status is (TrialStatus.Pending or TrialStatus.Stopped or TrialStatus.Interrupted or TrialStatus.Dropped or TrialStatus.Failed)
            && folder.IsLocked(trial.Number))
        {
            status = TrialStatus.Running; // It reads libtorch and data still.
        }

        // Whoever went on with it nevertheless has finished it.
        if (isDropped && status is (TrialStatus.Interrupted or TrialStatus.Stopped))
        {
            status = TrialStatus.Dropped;
        }

        return status is not (TrialStatus.Dropped or TrialStatus.Finished or TrialStatus.Running or TrialStatus.Failed)
            && folder.Failure(trial.Number) is { } failure
            ? new(trial, TrialStatus.Failed, run, failure)
            : new(trial, status, run);
    }

    private static TrialStatus Of(TrialRecord trial, RunSummary? run) => run switch
    {
        null => TrialStatus.Pending,
        { Manifest: null } => TrialStatus.Stopped,
        { Manifest.Status: RunStatus.Finished } when trial.Results.All(run.Manifest.Results.ContainsKey) => TrialStatus.Finished,
        { Manifest.Status: RunStatus.Finished } => TrainingFolders.IsInUse(run.Folder) ? TrialStatus.Running : TrialStatus.Trained,
        { Manifest.Status: RunStatus.Interrupted } => TrialStatus.Interrupted,
        { Manifest.Status: RunStatus.Dropped } => TrialStatus.Dropped,
        { Manifest.Status: RunStatus.Failed } => TrialStatus.Failed,
        _ => TrainingFolders.IsInUse(run.Folder) ? TrialStatus.Running : TrialStatus.Stopped,
    };
}
