using System.Diagnostics;
using FFF.Formats;
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
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(30);

    /// <summary>Trains all, those that can be gone on with from where they stopped.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop, as one of them may have been; what was trained is saved.</exception>
    /// <exception cref="PaperException">Some failed; the others are trained.</exception>
    public void Train(IReadOnlyList<PaperTraining> trainings)
    {
        RunFolders.Ensure(logs);
        var (waiting, ended, clock) = (new Queue<PaperTraining>(trainings), new List<(PaperTraining Training, int ExitCode)>(), Stopwatch.StartNew());
        int Trained() => ended.Count(one => one.ExitCode == 0);
        SomeAtATime.Run(jobs, () => waiting.Count > 0, () => waiting.TryDequeue(out var next) ? Start(next) : null,
            end: job =>
            {
                ended.Add((job.Training, job.Process.ExitCode));
                var how = job.Process.ExitCode switch
                {
                    0 => $"trained, {Trained()} of {trainings.Count},",
                    TrialProgram.Interrupted => "stopped, and saved,",
                    var code => $"ended with exit code {code}",
                };
                tell($"{job.Training.Name}: {how} after {NumberText.Duration(job.Process.Time)}");
            },
            report: running =>
            {
                if (clock.Elapsed > BetweenReports && running.Count > 0)
                {
                    tell($"{string.Join(", ", running.Select(Told))}; {Trained()} of {trainings.Count} are trained");
                    clock.Restart();
                }
            },
            stop);

        stop.ThrowIfCancellationRequested();
        var failed = ended.Where(one => one.ExitCode is not 0 and not TrialProgram.Interrupted).Select(one => Log(one.Training)).ToList();
        if (failed.Count > 0)
        {
            throw new PaperException($"{failed.Count} of {trainings.Count} trainings failed; what they said is in {string.Join(", ", failed)}.");
        }

        if (Trained() < trainings.Count)
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

    private string Told(Job job) =>
        $"{job.Training.Name} {NumberText.Percent(EpochsDone.Share(runsRoot, job.Training.Name, job.Epochs))}";

    private sealed record Job(PaperTraining Training, int Epochs, LoggedProcess Process) : IJob;
}
