using System.Diagnostics;
using FFF.Experiments;
using FFF.Formats;
using FFF.Runs;
using FFF.Sweeps;

namespace FFF.Paper;

/// <summary>Where the parts of the paper are worked on: a folder with their runs, pictures and findings, and the program that trains.</summary>
/// <param name="folder">The folder.</param>
/// <param name="isFull">Whether the published sizes are wanted.</param>
/// <param name="program">The program, which is started for each training as a user would start it.</param>
/// <param name="tell">Is told what is being done.</param>
/// <param name="stop">Asks to stop.</param>
internal sealed class PaperWorkshop(string folder, bool isFull, TrialProgram program, Action<string> tell, CancellationToken stop)
{
    /// <summary>Where the runs are kept.</summary>
    public string RunsRoot { get; } = Path.Combine(folder, "runs");

    /// <summary>Whether the published sizes are wanted.</summary>
    public bool IsFull => isFull;

    /// <summary>The request to stop.</summary>
    public CancellationToken Stop => stop;

    /// <summary>Tells what is being done.</summary>
    public void Tell(string text) => tell(text);

    /// <summary>The folder of a part, which is made.</summary>
    /// <exception cref="FileWriteException">It cannot be made.</exception>
    public string FolderOf(PaperPart part) => RunFolders.Ensure(Path.Combine(folder, part.Name));

    /// <summary>
    /// Trains, several at a time, those of the runs that are not there yet. A single one is left to <see cref="Run"/>, which shows its progress.
    /// </summary>
    /// <param name="trainings">The runs; those of one name are one.</param>
    /// <param name="jobs">At most so many at a time.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop; the runs are saved.</exception>
    /// <exception cref="PaperException">A training failed.</exception>
    public void Prepare(IEnumerable<PaperTraining> trainings, int jobs)
    {
        if (jobs == 1)
        {
            return;
        }

        var missing = trainings.DistinctBy(training => training.Name).Where(training => Finished(training) is null).ToList();
        if (missing.Count > 1)
        {
            new SideBySide(program, jobs, RunsRoot, Path.Combine(folder, "logs"), tell, stop).Train(missing);
        }
    }

    /// <summary>A finished run: the newest one there is, or else one that is trained now, or gone on with.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop; the run is saved.</exception>
    /// <exception cref="PaperException">The training failed.</exception>
    public PaperRun Run(PaperTraining training)
    {
        stop.ThrowIfCancellationRequested();
        var arguments = training.Arguments(RunsRoot);
        var run = Finished(training);
        if (run is null)
        {
            tell($"fff {string.Join(' ', arguments)}");
            Start([.. arguments, "--resume", "auto"]);
            run = Finished(training) ?? throw new PaperException($"The run {training.Name} was trained, but cannot be found in {RunsRoot}.");
        }

        return new(run, Manifest.Read(run.ManifestFile), $"fff {string.Join(' ', arguments)}");
    }

    private RunFolder? Finished(PaperTraining training) => EqualRuns.Finished(RunsRoot, training.Experiment());

    /// <summary>Runs the program; its progress goes where this one's goes, and its results nowhere.</summary>
    private void Start(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program.File, [.. program.Arguments, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };

        // Ctrl+C goes to all processes of a terminal's group; the program is to hear of it once, from here.
        start.Environment[TrialProgram.OwnGroupVariable] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var asking = stop.Register(() => ProcessSignals.RequestStop(process.Id));
        process.WaitForExit();
        stop.ThrowIfCancellationRequested();
        if (process.ExitCode == TrialProgram.Interrupted)
        {
            throw new OperationCanceledException();
        }

        if (process.ExitCode != 0)
        {
            throw new PaperException($"'fff {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}; what it said stands above.");
        }
    }
}

/// <summary>A finished run.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Command">The command that trains it.</param>
internal sealed record PaperRun(RunFolder Folder, Manifest Manifest, string Command)
{
    /// <summary>A result of its evaluations; NaN where there is none.</summary>
    public double Result(string name) => Manifest.Results.GetValueOrDefault(name, double.NaN);

    /// <summary>One of its pictures, copied to where a part's page finds it.</summary>
    /// <param name="file">The picture's name in the run's folder of plots.</param>
    /// <param name="to">The part's folder.</param>
    /// <param name="name">The copy's name.</param>
    /// <param name="caption">What it shows.</param>
    /// <exception cref="FileReadException">The run has no such picture.</exception>
    public PaperPicture Picture(string file, string to, string name, string caption)
    {
        var content = InputFile.ReadBytes(Path.Combine(Folder.PlotFolder, file));
        AtomicFile.Write(Path.Combine(to, name), stream => stream.Write(content));
        return new(name, caption);
    }

    /// <summary>Why its results are not to be taken at their word, with its name.</summary>
    public IEnumerable<string> Doubts => RunDoubts.All(Manifest).Select(doubt => $"{Folder.Name}: {doubt}");
}
