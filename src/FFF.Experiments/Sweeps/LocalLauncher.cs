using System.Diagnostics;
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

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

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
        var waiting = trials.ToList();
        var running = new List<TrialProcess>();
        var ended = new List<TrialProgress>();
        var asked = false;
        void Refill()
        {
            if (waiting.Count == 0 && running.Count < jobs && !stop.IsCancellationRequested && further?.Invoke() is { } chosen)
            {
                waiting.Add(chosen);
            }
        }

        try
        {
            for (Refill(); running.Count > 0 || (waiting.Count > 0 && !stop.IsCancellationRequested); Refill())
            {
                if (stop.IsCancellationRequested && !asked)
                {
                    running.ForEach(process => process.RequestStop());
                    asked = true;
                }

                while (!stop.IsCancellationRequested && running.Count < jobs && Next(sweep, waiting, devices) is var (next, share))
                {
                    running.Add(TrialProcess.Start(sweep, next, share, program, jobs));
                    Refill();
                }

                // An end is noticed at once, a request to stop within the interval, as is the end of what another sweep trains.
                Task.WaitAny([.. running.Select(process => process.Ended), Task.Delay(Interval)], Interval);
                foreach (var process in running.Where(process => process.Ended.IsCompleted).ToList())
                {
                    running.Remove(process);
                    devices.Return(process.Share);
                    if (process.WasRefused())
                    {
                        waiting.Add(process.Trial);
                    }
                    else
                    {
                        ended.Add(process.Progress());
                        process.NoteFailure();
                    }

                    process.Dispose();
                }

                report(new([.. running.Select(process => process.Progress())], [.. ended], total,
                    Remaining(running, ended, Math.Max(waiting.Count, total - running.Count - ended.Count), jobs)));
            }
        }
        finally
        {
            running.ForEach(process => process.Dispose());
        }

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
    private static TimeSpan? Remaining(List<TrialProcess> running, List<TrialProgress> ended, int waiting, int jobs)
    {
        var times = ended.Where(trial => trial.End == TrialEnd.Finished).Select(trial => trial.Time).ToList();
        if (times.Count == 0)
        {
            return null;
        }

        var typical = times.Sum(time => time.TotalSeconds) / times.Count;
        var left = (waiting * typical) + running.Sum(process => Math.Max(0, typical - process.Time.TotalSeconds));
        return TimeSpan.FromSeconds(left / Math.Max(1, Math.Min(jobs, waiting + running.Count)));
    }

    /// <summary>A trial's process, with what it says going to its log.</summary>
    private sealed class TrialProcess : IDisposable
    {
        private readonly SweepFolder _sweep;
        private readonly Process _process;
        private readonly StreamWriter _log;
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private readonly int _epochs;
        private bool _isAsked;

        private TrialProcess(SweepFolder sweep, TrialRecord trial, DeviceShare share, Process process, StreamWriter log, int epochs)
        {
            (_sweep, Trial, Share, _process, _log, _epochs) = (sweep, trial, share, process, log, epochs);
            process.StandardInput.Close();
            Ended = Task.WhenAll(process.WaitForExitAsync(), Copy(process.StandardOutput), Copy(process.StandardError)).ContinueWith(_ => _clock.Stop(),
                TaskScheduler.Default);
        }

        public Task Ended { get; }

        /// <summary>The trial.</summary>
        public TrialRecord Trial { get; }

        /// <summary>Its part of the devices.</summary>
        public DeviceShare Share { get; }

        public TimeSpan Time => _clock.Elapsed;

        public static TrialProcess Start(SweepFolder sweep, TrialRecord trial, DeviceShare share, TrialProgram program, int jobs)
        {
            StreamWriter? log = null;
            try
            {
                log = new StreamWriter(sweep.LogFile(trial.Number), append: true) { AutoFlush = true };
                var epochs = Configuration.ExperimentFile.Load([sweep.ConfigFile(trial.Number)], []).Training.Epochs;
                return new TrialProcess(sweep, trial, share, Process.Start(program.StartInfo(sweep, trial.Number, jobs, share.Visible))!, log, epochs);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log?.Dispose();
                throw new FileWriteException(sweep.LogFile(trial.Number), e);
            }
        }

        public void RequestStop()
        {
            _isAsked = true;
            ProcessSignals.RequestStop(_process.Id);
        }

        public TrialProgress Progress() =>
            Ended.IsCompleted ? new(Trial, Time, ShareDone(), _process.ExitCode, End()) : new(Trial, Time, ShareDone(), null, null);

        /// <summary>
        /// The run counts for more than the exit code: one that was done may have been ended by a signal on its last way. A cluster that ends a
        /// sweep tells the trials, too, for which the sweep's own request is then the second, and some do not listen yet.
        /// </summary>
        private TrialEnd End() => _process.ExitCode switch
        {
            0 when _sweep.ReadRungs().Any(record => record.Trial == Trial.Number && !record.Goes) && !SweepStatus.IsFinished(_sweep, Trial) => TrialEnd.Dropped,
            0 => TrialEnd.Finished,
            TrialProgram.Interrupted => TrialEnd.Interrupted,
            _ when SweepStatus.IsFinished(_sweep, Trial) => TrialEnd.Finished,
            > Signalled when _isAsked => TrialEnd.Interrupted,
            _ => TrialEnd.Failed,
        };

        /// <summary>Whether it ended because another sweep was faster to take up the trial.</summary>
        public bool WasRefused() => _process.ExitCode == Refused && (_sweep.IsLocked(Trial.Number) || SweepStatus.IsFinished(_sweep, Trial));

        /// <summary>A process that was killed cannot note this itself, neither for the sweep nor in its run.</summary>
        public void NoteFailure()
        {
            if (End() != TrialEnd.Failed)
            {
                return;
            }

            var how = _process.ExitCode > Signalled
                ? $"It was ended by force, by signal {_process.ExitCode - Signalled}, as where memory runs out;"
                : $"It ended with exit code {_process.ExitCode};";
            var message = $"{how} what it said is in {_sweep.LogFile(Trial.Number)}.";
            if (_sweep.Failure(Trial.Number) is null)
            {
                _sweep.NoteFailure(Trial.Number, message);
            }

            if (RunLocator.Newest(_sweep.RunsRoot, Trial.Run) is { Manifest.Status: RunStatus.Running } run && !TrainingFolders.IsInUse(run.Folder))
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

        public void Dispose()
        {
            _process.Dispose();
            _log.Dispose();
        }

        private double ShareDone()
        {
            try
            {
                return RunLocator.Newest(_sweep.RunsRoot, Trial.Run) is { } run && MetricsTail.Read(run.Folder.MetricsFile).TryGetValue("epoch", out var epoch)
                    ? Math.Clamp(epoch / _epochs, 0, 1)
                    : 0;
            }
            catch (FileReadException)
            {
                return 0;
            }
        }

        private async Task Copy(StreamReader from)
        {
            while (await from.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                lock (_log)
                {
                    try
                    {
                        _log.WriteLine(line);
                    }
                    catch (IOException)
                    {
                        // A full disk loses what the trial says, not the trial.
                    }
                }
            }
        }
    }
}
