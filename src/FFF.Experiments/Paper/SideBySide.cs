using System.Diagnostics;
using FFF.Runs;
using FFF.Sweeps;

namespace FFF.Paper;

/// <summary>Trains runs of the paper, several at a time. What each says goes to a file of its own.</summary>
/// <param name="program">The program, which is started for each.</param>
/// <param name="jobs">At most so many at a time, which share the cores.</param>
/// <param name="runsRoot">Where the runs are kept.</param>
/// <param name="logs">Where what they say is kept.</param>
/// <param name="tell">Is told of each that begins and ends, and now and then how far they are.</param>
/// <param name="stop">Asks to stop: those that run save first.</param>
internal sealed class SideBySide(TrialProgram program, int jobs, string runsRoot, string logs, Action<string> tell, CancellationToken stop)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(30);

    /// <summary>Trains all, those that can be gone on with from where they stopped.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop, as one of them may have been; what was trained is saved.</exception>
    /// <exception cref="PaperException">Some failed; the others are trained.</exception>
    public void Train(IReadOnlyList<PaperTraining> trainings)
    {
        RunFolders.Ensure(logs);
        var (waiting, running, failed, ended) = (new Queue<PaperTraining>(trainings), new List<Job>(), new List<string>(), 0);
        var (clock, isInterrupted) = (Stopwatch.StartNew(), false);
        try
        {
            while (running.Count > 0 || (waiting.Count > 0 && !stop.IsCancellationRequested))
            {
                while (running.Count < jobs && !stop.IsCancellationRequested && waiting.TryDequeue(out var next))
                {
                    running.Add(Start(next));
                }

                Task.WaitAny([.. running.Select(job => job.Process.Ended), Task.Delay(Interval)], Interval);
                if (stop.IsCancellationRequested)
                {
                    running.FindAll(job => !job.Process.IsAsked).ForEach(job => job.Process.RequestStop());
                }

                foreach (var job in running.FindAll(job => job.Process.Ended.IsCompleted))
                {
                    running.Remove(job);
                    isInterrupted |= job.Process.ExitCode == TrialProgram.Interrupted;
                    var how = job.Process.ExitCode switch
                    {
                        0 => $"trained, {++ended} of {trainings.Count},",
                        TrialProgram.Interrupted => "stopped, and saved,",
                        var code => $"ended with exit code {code}",
                    };
                    tell($"{job.Training.Name}: {how} after {Duration(job.Process.Time)}");
                    if (job.Process.ExitCode is not 0 and not TrialProgram.Interrupted && !stop.IsCancellationRequested)
                    {
                        failed.Add(Log(job.Training));
                    }

                    job.Process.Dispose();
                }

                if (clock.Elapsed > BetweenReports && running.Count > 0)
                {
                    tell(string.Join(", ", running.Select(job => $"{job.Training.Name} {Share(job):P0}")) + $"; {ended} of {trainings.Count} are trained");
                    clock.Restart();
                }
            }
        }
        finally
        {
            running.ForEach(job => job.Process.Dispose());
        }

        stop.ThrowIfCancellationRequested();
        if (failed.Count > 0)
        {
            throw new PaperException($"{failed.Count} of {trainings.Count} trainings failed; what they said is in {string.Join(", ", failed)}.");
        }

        if (isInterrupted)
        {
            throw new OperationCanceledException();
        }
    }

    private Job Start(PaperTraining training)
    {
        var arguments = training.Arguments(runsRoot);
        tell($"{training.Name}: fff {string.Join(' ', arguments)}");
        var start = program.StartInfo([.. program.Arguments, .. arguments, "--resume", "auto"], jobs, visibleDevices: null);
        return new(training, training.Experiment().Training.Epochs, LoggedProcess.Start(start, Log(training)));
    }

    private string Log(PaperTraining training) => Path.Combine(logs, training.Name + ".log");

    private double Share(Job job) => EpochsDone.Share(runsRoot, job.Training.Name, job.Epochs);

    private static string Duration(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", null);

    private sealed record Job(PaperTraining Training, int Epochs, LoggedProcess Process);
}
