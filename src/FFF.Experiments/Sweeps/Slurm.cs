using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>Slurm's commands.</summary>
internal static class Slurm
{
    /// <summary>Writes a script into the sweep's folder and submits it.</summary>
    /// <returns>The job.</returns>
    /// <exception cref="RunException">There is no sbatch, or it refuses.</exception>
    /// <exception cref="FileWriteException">The script or the list of jobs cannot be written.</exception>
    public static SlurmJob Submit(SweepFolder sweep, SlurmScript script)
    {
        var path = Path.Combine(sweep.Path, string.Create(CultureInfo.InvariantCulture, $"job-{script.Offset:D5}.sh"));
        AtomicFile.WriteText(path, script.Text);
        var (code, text, error) = Run("sbatch", "--parsable", path)
            ?? throw new RunException(
                "There is no 'sbatch' on the PATH: Slurm is not installed here. Use --launcher local, or print the script with --dry-run.");
        if (code != 0)
        {
            throw new RunException(
                $"sbatch refused the job: {error.Trim()} The script is kept in '{path}'; what it asks for is in the key slurm of the sweep.");
        }

        // A cluster's name may follow.
        var job = new SlurmJob(text.Trim().Split(';')[0], script.Offset, DateTimeOffset.UtcNow);
        sweep.Add(job);
        return job;
    }

    /// <summary>Which trials wait or run, by number; empty where nothing was submitted or there is no squeue.</summary>
    public static IReadOnlyDictionary<int, TrialStatus> Queue(SweepFolder sweep)
    {
        var jobs = sweep.ReadJobs();
        if (jobs.Count == 0 || Run("squeue", "--noheader", "--array", "--format=%F %K %T", $"--user={Environment.UserName}") is not (0, var text, _))
        {
            return new Dictionary<int, TrialStatus>();
        }

        return ParseQueue(text, jobs);
    }

    /// <summary>Reads lines of job, index and state, such as <c>17 3 RUNNING</c>; jobs of others are passed over.</summary>
    internal static IReadOnlyDictionary<int, TrialStatus> ParseQueue(string text, IReadOnlyList<SlurmJob> jobs)
    {
        var offsets = jobs.ToDictionary(job => job.Job, job => job.Offset);
        var states = new Dictionary<int, TrialStatus>();
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var job, var index, var state]
                && offsets.TryGetValue(job, out var offset) && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                var status = state is "PENDING" or "REQUEUED" or "REQUEUE_FED" or "REQUEUE_HOLD" or "SPECIAL_EXIT" ? TrialStatus.Queued
                    : state is "RUNNING" or "COMPLETING" or "CONFIGURING" or "SUSPENDED" or "SIGNALING" or "STAGE_OUT" or "STOPPED" or "RESIZING"
                        ? TrialStatus.Running
                    : (TrialStatus?)null;
                if (status is { } known)
                {
                    states[offset + number] = known;
                }
            }
        }

        return states;
    }

    /// <summary>Runs a command to its end; null where there is none of this name.</summary>
    private static (int Code, string Out, string Error)? Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, text, error.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
