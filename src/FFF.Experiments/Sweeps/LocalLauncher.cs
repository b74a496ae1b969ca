using System.Globalization;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>A trial that runs, or has just ended, on this machine.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Time">How long it has run in this session.</param>
/// <param name="Share">The share of its epochs that is done, from 0 to 1.</param>
/// <param name="ExitCode">The program's exit code; null while it runs.</param>
/// <param name="End">How it ended; null while it runs.</param>
internal sealed record TrialProgress(TrialRecord Trial, TimeSpan Time, double Share, int? ExitCode, TrialEnd? End);

/// <summary>How a trial's process ended.</summary>
internal enum TrialEnd
{
    /// <summary>All is done, whatever the exit code.</summary>
    Finished,

    /// <summary>The sweep dropped it early, and it saved.</summary>
    Dropped,

    /// <summary>It was asked to stop, and saved or was ended at once; either way it can be gone on with.</summary>
    Interrupted,

    /// <summary>It ended with an error, or was killed.</summary>
    Failed,
}

/// <summary>How far a session is.</summary>
/// <param name="Running">The trials that run.</param>
/// <param name="Ended">Those that ended in this session, in that order.</param>
/// <param name="Total">How many this session is for.</param>
/// <param name="Remaining">How long the rest will take, going by the trials that finished; null before the first has.</param>
internal sealed record SessionProgress(IReadOnlyList<TrialProgress> Running, IReadOnlyList<TrialProgress> Ended, int Total, TimeSpan? Remaining);

/// <summary>Runs trials as processes of the program itself, some at a time.</summary>
internal static class LocalLauncher
{
    /// <summary>That of one that wrote nothing.</summary>
    private const int Refused = 2;

    /// <summary>Exit codes above this are those of processes that a signal ended, whose number is added.</summary>
    private const int Signalled = 128;

    /// <summary>Runs the trials to their ends. When asked to stop, asks those that run to save, and waits for them.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="trials">Which trials.</param>
    /// <param name="jobs">At most so many at a time.</param>
    /// <param name="devices">The CUDA devices that are shared out; a trial that needs one waits while all are taken.</param>
    /// <param name="program">How they are started.</param>
    /// <param name="further">Gives a further trial when there is a place and none waits; null, or nothing, where there is none.</param>
    /// <param name="total">How many trials there will be, further ones included.</param>
    /// <param name="report">Is told the progress several times a second, and after each end.</param>
    /// <param name="stop">The request to stop.</param>
    /// <returns>The trials that ended; fewer than were given if it was asked to stop.</returns>
    /// <exception cref="FileWriteException">A log cannot be written.</exception>
    public static IReadOnlyList<TrialProgress> Run(
        SweepFolder sweep, IReadOnlyList<TrialRecord> trials, int jobs, DeviceShares devices, TrialProgram program, Func<TrialRecord?>? further, int total,
        Action<SessionProgress> report, CancellationToken stop)
    {
        var (waiting, ended) = (trials.ToList(), new List<TrialProgress>());
        bool IsMore()
        {
            if (waiting.Count == 0 && further?.Invoke() is { } chosen)
            {
                waiting.Add(chosen);
            }

            return waiting.Count > 0;
        }

        SomeAtATime.Run(jobs, IsMore,
            start: () => IsMore() && Next(sweep, waiting, devices) is var (next, share) ? TrialProcess.Start(sweep, next, share, program, jobs) : null,
            end: trial =>
            {
                devices.Return(trial.Share);
                if (trial.WasRefused())
                {
                    waiting.Add(trial.Trial);
                    return;
                }

                ended.Add(trial.Progress());
                trial.NoteFailure();
            },
            report: running => report(new([.. running.Select(trial => trial.Progress())], [.. ended], total,
                Remaining(running, ended, Math.Max(waiting.Count, total - running.Count - ended.Count), jobs))),
            stop);
        return ended;
    }

    /// <summary>The first trial that need not wait, for a device or for another process that trains it; null where all do.</summary>
    private static (TrialRecord Trial, DeviceShare Share)? Next(SweepFolder sweep, List<TrialRecord> waiting, DeviceShares devices)
    {
        foreach (var (index, trial) in waiting.Index())
        {
            if (!sweep.IsLocked(trial.Number) && devices.Take(trial) is { } share)
            {
                waiting.RemoveAt(index);
                return (trial, share);
            }
        }

        return null;
    }

    /// <summary>The time of those that finished stands for that of the others; as many as may run at a time share it.</summary>
    private static TimeSpan? Remaining(IReadOnlyList<TrialProcess> running, List<TrialProgress> ended, int waiting, int jobs)
    {
        var times = ended.Where(trial => trial.End == TrialEnd.Finished).Select(trial => trial.Time).ToList();
        if (times.Count == 0)
        {
            return null;
        }

        var typical = times.Sum(time => time.TotalSeconds) / times.Count;
        var left = (waiting * typical) + running.Sum(trial => Math.Max(0, typical - trial.Process.Time.TotalSeconds));
        return TimeSpan.FromSeconds(left / Math.Max(1, Math.Min(jobs, waiting + running.Count)));
    }

    /// <summary>A trial's process.</summary>
    private sealed class TrialProcess(SweepFolder sweep, TrialRecord trial, DeviceShare share, LoggedProcess process, int epochs) : IJob
    {
        public LoggedProcess Process => process;

        /// <summary>The trial.</summary>
        public TrialRecord Trial => trial;

        /// <summary>Its part of the devices.</summary>
        public DeviceShare Share => share;

        public static TrialProcess Start(SweepFolder sweep, TrialRecord trial, DeviceShare share, TrialProgram program, int jobs)
        {
            var epochs = Configuration.ExperimentFile.Load([sweep.ConfigFile(trial.Number)], []).Training.Epochs;
            var start = program.StartInfo(program.Train(sweep, trial.Number.ToString(CultureInfo.InvariantCulture)), jobs, share.Visible);
            return new(sweep, trial, share, LoggedProcess.Start(start, sweep.LogFile(trial.Number)), epochs);
        }

        public TrialProgress Progress()
        {
            var done = EpochsDone.Share(sweep.RunsRoot, trial.Run, epochs);
            return process.Ended.IsCompleted ? new(trial, process.Time, done, process.ExitCode, End()) : new(trial, process.Time, done, null, null);
        }

        /// <summary>
        /// The run counts for more than the exit code: one that was done may have been ended by a signal on its last way. A cluster that ends a
        /// sweep tells the trials, too, for which the sweep's own request is then the second, and some do not listen yet.
        /// </summary>
        private TrialEnd End() => process.ExitCode switch
        {
            0 when sweep.ReadRungs().Any(record => record.Trial == trial.Number && !record.Goes) && !SweepStatus.IsFinished(sweep, trial) => TrialEnd.Dropped,
            0 => TrialEnd.Finished,
            TrialProgram.Interrupted => TrialEnd.Interrupted,
            _ when SweepStatus.IsFinished(sweep, trial) => TrialEnd.Finished,
            > Signalled when process.IsAsked => TrialEnd.Interrupted,
            _ => TrialEnd.Failed,
        };

        /// <summary>Whether it ended because another sweep was faster to take up the trial.</summary>
        public bool WasRefused() => process.ExitCode == Refused && (sweep.IsLocked(trial.Number) || SweepStatus.IsFinished(sweep, trial));

        /// <summary>A process that was killed cannot note this itself, neither for the sweep nor in its run.</summary>
        public void NoteFailure()
        {
            if (End() != TrialEnd.Failed)
            {
                return;
            }

            var how = process.ExitCode > Signalled
                ? $"It was ended by force, by signal {process.ExitCode - Signalled}, as where memory runs out;"
                : $"It ended with exit code {process.ExitCode};";
            var message = $"{how} what it said is in {sweep.LogFile(trial.Number)}.";
            if (sweep.Failure(trial.Number) is null)
            {
                sweep.NoteFailure(trial.Number, message);
            }

            if (RunLocator.Newest(sweep.RunsRoot, trial.Run) is { Manifest.Status: RunStatus.Running } run && !TrainingFolders.IsInUse(run.Folder))
            {
                NoteIn(run.Folder, message);
            }
        }

        private static void NoteIn(RunFolder run, string message)
        {
            try
            {
                Manifest.Change(run.ManifestFile, manifest =>
                    manifest.Status == RunStatus.Running ? manifest.End(RunStatus.Failed, message) : manifest);
            }
            catch (Exception e) when (e is FileReadException or FileWriteException)
            {
                // The sweep's own note tells.
            }
        }
    }
}
