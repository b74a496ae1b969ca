using System.Globalization;
using FFF.Configuration;
using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>The script of a job array, one task per trial.</summary>
/// <remarks>
/// A task that is preempted, or whose node fails, is queued again by Slurm; one whose time is nearly over is told by a signal,
/// saves, and queues itself again. Either way <c>--resume auto</c> goes on from the last checkpoint. A task that is
/// cancelled saves and stays away.
/// </remarks>
/// <param name="Offset">What is added to an index of the array to get a trial's number, since indices are bounded.</param>
/// <param name="Text">The script.</param>
internal sealed record SlurmScript(int Offset, string Text)
{
    /// <summary>Slurm's MaxArraySize is 1001 if nobody changed it: indices end at 1000.</summary>
    private const int Block = 1000;

    /// <summary>The scripts for these trials: one for every thousand trials of the sweep.</summary>
    public static IReadOnlyList<SlurmScript> Create(SweepFolder sweep, SlurmConfig slurm, IEnumerable<int> trials, TrialProgram program) =>
        [.. trials.GroupBy(trial => trial / Block).OrderBy(block => block.Key).Select(block =>
            new SlurmScript(block.Key * Block, Write(sweep, slurm, block.Key * Block, [.. block.Select(trial => trial % Block).Order()], program)))];

    /// <summary>Ascending numbers as Slurm writes them, such as 0-5,8.</summary>
    internal static string Ranges(IReadOnlyList<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var number in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1)
            {
                ranges[^1] = (ranges[^1].First, number);
            }
            else
            {
                ranges.Add((number, number));
            }
        }

        return string.Join(',', ranges.Select(r => r.First == r.Last ? Text0(r.First) : $"{Text0(r.First)}-{Text0(r.Last)}"));
    }

    private static string Text0(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Write(SweepFolder sweep, SlurmConfig slurm, int offset, IReadOnlyList<int> indices, TrialProgram program)
    {
        // A trial of several processes is a step of the job, whose processes srun starts and passes signals on to.
        var shared = slurm.Nodes * slurm.TasksPerNode > 1;
        var stop = shared ? "USR1" : "TERM";
        string?[] options =
        [
            $"--job-name={sweep.Name}",
            $"--array={Ranges(indices)}{(slurm.MaxParallel is { } most ? $"%{Text0(most)}" : "")}",
            $"--output={Pattern(sweep.LogFolder, "slurm-%A_%a.log")}",
            "--open-mode=append",
            "--requeue",
            $"--signal=B:USR1@{Text0(slurm.SaveSeconds)}",
            Option("partition", slurm.Partition),
            Option("time", slurm.Time),
            Option("gpus", slurm.Gpus),
            shared ? $"--nodes={Text0(slurm.Nodes)}" : null,
            shared ? $"--ntasks-per-node={Text0(slurm.TasksPerNode)}" : null,
            slurm.Cpus is { } cpus ? $"--cpus-per-task={Text0(cpus)}" : null,
            Option("mem", slurm.Memory),
            .. slurm.Options,
        ];
        string[] command = [program.File, .. program.Train(sweep, "")];
        var quoted = string.Join(' ',
            command.Select(word => word.EndsWith(':') && word.StartsWith(sweep.Path, StringComparison.Ordinal) ? $"{Quote(word)}\"$trial\"" : Quote(word)));
        string[] lines =
        [
            "#!/usr/bin/env bash",
            $"# Trials of the sweep {sweep.Name}, one per task of the array. Written by 'fff sweep'.",
            .. options.OfType<string>().Select(option => $"#SBATCH {option}"),
            "",
            $"trial=$((SLURM_ARRAY_TASK_ID + {Text0(offset)}))",
            $"cd {Quote(Environment.CurrentDirectory)} || exit 1",
            .. slurm.Cpus is { } threads ? [$"export OMP_NUM_THREADS={Text0(threads)}"] : Array.Empty<string>(),
            .. slurm.Setup,
            "",
            "# Time is nearly over: save, and queue again. A task that is cancelled saves and is not queued again.",
            "again=",
            $"trap 'again=yes; kill -{stop} \"$program\"' USR1",
            $"trap 'kill -{stop} \"$program\"' TERM",
            "",
            $"{(shared ? "srun --kill-on-bad-exit=1 " : "")}{quoted} &",
            "program=$!",
            "wait \"$program\"; code=$?",
            "while kill -0 \"$program\" 2>/dev/null; do wait \"$program\"; code=$?; done",
            "if [ \"$again\" ] && [ \"$code\" -eq 3 ]; then",
            "  exec scontrol requeue \"${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}\"",
            "fi",
            "exit \"$code\"",
            "",
        ];
        return string.Join('\n', lines);
    }

    private static string? Option(string name, string? value) => value is null ? null : $"--{name}={value}";

    /// <summary>Single quotes keep everything from the shell but themselves.</summary>
    private static string Quote(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-:=+".Contains(c))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>
    /// A path as Slurm's directives have it: a percent sign is doubled, or Slurm would put the job's number or the like in its
    /// place, and other signs than a path's usual ones are kept by quotes.
    /// </summary>
    /// <exception cref="RunException">The folder's name has a sign for which Slurm has no form.</exception>
    private static string Pattern(string folder, string file)
    {
        // Behind a backslash Slurm puts nothing in any place, and all tasks would write one file.
        if (folder.FirstOrDefault(sign => sign is '\\' or '"' || char.IsControl(sign)) is var sign and not '\0')
        {
            throw new RunException($"Slurm cannot write its log into the folder '{PlainText(folder)}': "
                + $"{(char.IsControl(sign) ? "control characters" : sign)} in its name mean something else there. Keep the runs elsewhere with --runs.");
        }

        var path = Path.Combine(folder.Replace("%", "%%", StringComparison.Ordinal), file);
        return path.Any(sign => char.IsWhiteSpace(sign) || sign is '\'' or '#') ? $"\"{path}\"" : path;
    }

    private static string PlainText(string text) => string.Concat(text.Select(sign => char.IsControl(sign) ? '·' : sign));
}
