using System.Diagnostics;

namespace FFF.Mutations;

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its exit code; null if it was killed.</param>
/// <param name="Reason">Why it was killed, or nothing.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Seconds">How long it ran.</param>
internal sealed record Run(int? ExitCode, string Reason, string Output, double Seconds)
{
    private const long MostBytes = 6L << 30;
    private const int MostLines = 1_000_000;

    /// <summary>What a program prints.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Capture(string program, string folder, params string[] arguments)
    {
        var run = Of(program, folder, arguments, [], TimeSpan.FromMinutes(30));
        return run.ExitCode == 0 ? run.Output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{run.Output}");
    }

    /// <summary>
    /// Runs a program until it ends, or its time or 6 GB are used up: the processor's time, as other work may leave it little of the clock's,
    /// of which it has ten times as much for what waits for ever.
    /// </summary>
    public static Run Of(string program, string folder, IEnumerable<string> arguments, Dictionary<string, string> variables, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var (watch, output, reason) = (Stopwatch.StartNew(), new List<string>(), "");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.WaitForExit(200))
        {
            var (time, bytes) = Used(process);
            reason = time > limit || watch.Elapsed > 10 * limit ? "timed out" : bytes > MostBytes ? "out of memory" : "";
            if (reason.Length > 0)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit(10_000);
                break;
            }
        }

        if (reason.Length == 0)
        {
            process.WaitForExit();
        }

        lock (output)
        {
            return new(reason.Length == 0 ? process.ExitCode : null, reason, string.Join('\n', output), watch.Elapsed.TotalSeconds);
        }
    }

    private static (TimeSpan Time, long Bytes) Used(Process process)
    {
        try
        {
            process.Refresh();
            return (process.TotalProcessorTime, process.WorkingSet64);
        }
        catch (InvalidOperationException)
        {
            return default; // It has just ended.
        }
    }

    private static void Keep(List<string> output, string? line)
    {
        lock (output)
        {
            if (line is not null && output.Count < MostLines)
            {
                output.Add(line);
            }
        }
    }
}
