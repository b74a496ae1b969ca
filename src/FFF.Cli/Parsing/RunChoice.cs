using System.CommandLine;
using FFF.Cli.Rendering;
using FFF.Runs;

namespace FFF.Cli.Parsing;

/// <summary>The run that a command works with: the one that is named, or else the newest finished one that fits.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Kind">The kind that was looked for; null where the run was named.</param>
internal sealed record RunChoice(RunFolder Folder, RunKind? Kind)
{
    /// <summary>Finds it, and works with it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">The option that names it.</param>
    /// <param name="runs">The option that names the folder of runs.</param>
    /// <param name="kind">What fits.</param>
    /// <param name="work">Does the work, and gives the exit code.</param>
    /// <exception cref="RunException">There is no run of this name.</exception>
    /// <exception cref="CommandException">None is named, and none fits.</exception>
    /// <exception cref="RunFolderGoneException">The run's folder went away meanwhile.</exception>
    public static int Use(ParseResult parsed, Option<string?> run, Option<string> runs, RunKind kind, Func<RunChoice, int> work)
    {
        var root = parsed.GetRequiredValue(runs);
        var choice = parsed.GetValue(run) is { } name ? new(RunLocator.Find(root, name), null) : Newest(root, kind);
        if (choice.Kind is null)
        {
            RunWarnings.OfUnfinished(choice.Folder);
        }

        return RunPresence.Watch(choice.Folder, () => work(choice));
    }

    /// <summary>The newest finished run that fits.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static RunChoice Newest(string runs, RunKind kind)
    {
        var newest = NewestRun.Find(runs, kind);
        return newest.Finished is { } folder ? new(folder, kind) : throw None(runs, kind, newest);
    }

    /// <summary>Tells on stderr, in one line, what was taken, where the run was not named or something else was chosen too.</summary>
    /// <param name="run">The run.</param>
    /// <param name="what">Numbers and the like.</param>
    /// <param name="isChosen">Whether anything of it was not asked for.</param>
    public void Tell(LoadedRun run, string what, bool isChosen = false)
    {
        if (Kind is not null || isChosen)
        {
            Tell($", checkpoint {Path.GetFileNameWithoutExtension(run.Checkpoint)}, {what}");
        }
    }

    /// <summary>Tells which run was taken.</summary>
    public void Tell(string what = "") =>
        Console.Error.WriteLine($"Takes {Words.Name(Folder)}{(Kind is null ? "" : $", the newest finished {Named(Kind)}")}{what}.");

    private static string Named(RunKind kind) => kind.Words.Length == 0 ? "run" : $"run {kind.Words}";

    private static CommandException None(string runs, RunKind kind, NewestRun newest)
    {
        var place = Path.GetFullPath(runs);
        var none = newest.FinishedCount == 0 ? $"there is no finished run in '{place}'"
            : $"none of the {Words.Count(newest.FinishedCount)} finished runs in '{place}' is a {Named(kind)}";
        var others = newest.Unfinished is { } unfinished ? $" {Unfinished(unfinished)}" : "";
        return new(ExitCode.Usage,
            $"{none}.{others} Train one with 'fff train --config {kind.Example}', or name another run, or the folder that holds them by --runs.");
    }

    private static string Unfinished(RunSummary run) => TrainingFolders.IsInUse(run.Folder)
        ? $"{Words.Name(run.Folder)} is being trained: wait for its end."
        : $"{Words.Name(run.Folder)} has not finished: go on with 'fff train --resume {Words.Place(run.Folder.Path)}'.";
}
