using System.Globalization;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Experiments;
using FFF.Runs;
using FFF.Sweeps;

namespace FFF.Cli.Parsing;

/// <summary>A trial as the command line names it: SWEEP:N.</summary>
internal sealed record TrialChoice(SweepFolder Sweep, TrialRecord Record, Experiment Experiment)
{
    /// <summary>What the run's manifest says of it.</summary>
    public TrialNote Note => new(Sweep.Name, Record.Number, Record.Values);

    /// <exception cref="CommandException">The text names no trial.</exception>
    /// <exception cref="RunException">There is no such sweep or trial.</exception>
    public static TrialChoice Parse(string text, string runs)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new CommandException(ExitCode.Usage, $"--trial: expected SWEEP:N, such as beta:3, found '{text}'.");
        }

        var sweep = SweepFolder.Find(runs, text[..colon]);
        var record = sweep.ReadTrial(number);
        return new(sweep, record, ExperimentFile.Load([sweep.ConfigFile(number)], []));
    }

    /// <summary>Takes the trial for this process, before it is known what there is to go on with.</summary>
    /// <exception cref="CommandException">Another process has it.</exception>
    public RunLock Lock()
    {
        if (Sweep.TryLock(Record.Number) is { } alone)
        {
            return alone;
        }

        RequireFree();
        throw new CommandException(ExitCode.Usage, $"trial {Record.Number} of {Sweep.Name} is being trained already by another process. Wait for its end.");
    }

    /// <summary>Throws where another process trains the trial, with which this one would train it twice.</summary>
    /// <exception cref="CommandException">There is one.</exception>
    public void RequireFree()
    {
        if (RunLocator.List(Sweep.RunsRoot, Record.Run).FirstOrDefault(run => TrainingFolders.IsInUse(run.Folder, wait: true)) is { } busy)
        {
            throw new CommandException(ExitCode.Usage, $"trial {Record.Number} of {Sweep.Name} is being trained already: "
                + $"{Words.Name(busy.Folder)}, by {TrainingFolders.UserOf(busy.Folder)}. Wait for its end.");
        }
    }

    /// <summary>Starts the trial, and notes what it fails with: where that comes before its run folder is there, nothing else would tell of it.</summary>
    public int Noted(Func<int> work)
    {
        Sweep.ForgetFailure(Record.Number);
        try
        {
            return work();
        }
        catch (Exception e) when (e is not (OperationCanceledException or CommandException { ExitCode: ExitCode.Interrupted }))
        {
            Sweep.NoteFailure(Record.Number, Failures.Message(e));
            throw;
        }
    }

    /// <summary>The run to go on with: one that has not finished, or else the one that has; null where the trial was never started.</summary>
    public RunFolder? Run() =>
        RunLocator.List(Sweep.RunsRoot, Record.Run).FirstOrDefault(run => run.Manifest is { Status: RunStatus.Finished })?.Folder
            ?? EqualRuns.Unfinished(Sweep.RunsRoot, Experiment);

    /// <summary>The decision by which its sweep dropped it; null where it did not.</summary>
    public RungRecord? Dropped() => Sweep.ReadRungs().FirstOrDefault(record => record.Trial == Record.Number && !record.Goes);

    /// <summary>The run, if its training and its evaluations are done: a job that is queued again after its end must not start anew.</summary>
    public RunFolder? Done(RunFolder? run) =>
        run is not null && Manifest.Read(run.ManifestFile) is { Status: RunStatus.Finished } manifest && Record.Results.All(manifest.Results.ContainsKey)
            ? run
            : null;
}
