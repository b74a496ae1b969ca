using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FFF.Datasets;

/// <summary>
/// Commands of the user's own, such as a force field or a simulator, run by the system's shell in the working directory: words in them stand for files
/// that they read and write. What they say goes to standard error.
/// </summary>
internal static class OwnCommand
{
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(0.5);

    /// <summary>So long a command that was ended may take to be gone.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How long a command may run.</summary>
    /// <param name="Seconds">So many seconds.</param>
    /// <param name="Key">The key of the configuration that says so, for messages.</param>
    public sealed record Limit(double Seconds, string Key);

    /// <summary>A file that a command reads or writes.</summary>
    /// <param name="Word">What stands for it in the command, such as {energies}.</param>
    /// <param name="Name">The file's name, whose ending tells its format.</param>
    public sealed record File(string Word, string Name);

    /// <summary>Runs a command that reads one file and writes another, both in a folder that is made for it and removed afterwards.</summary>
    /// <param name="command">The command.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="output">What it writes.</param>
    /// <param name="write">Writes the file that it reads.</param>
    /// <param name="read">Reads the file that it wrote.</param>
    /// <param name="stop">Asks to stop: the command is ended with all that it started, with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="limit">How long it may run, and is ended likewise; null where it may take any time.</param>
    /// <exception cref="DatasetException">It cannot be started, ends with another exit code than 0, takes too long, or writes no file.</exception>
    public static T Exchange<T>(
        string command, File input, File output, Action<string> write, Func<string, T> read, CancellationToken stop, Limit? limit = null)
    {
        var folder = Directory.CreateTempSubdirectory("fff-command-");
        try
        {
            var (from, to) = (Path.Combine(folder.FullName, input.Name), Path.Combine(folder.FullName, output.Name));
            write(from);
            Run(command.Replace(input.Word, Quoted(from), StringComparison.Ordinal).Replace(output.Word, Quoted(to), StringComparison.Ordinal), limit, stop);
            return System.IO.File.Exists(to)
                ? read(to)
                : throw new DatasetException($"The command '{command}' ended well but has not written the file that {output.Word} stands for.");
        }
        finally
        {
            Remove(folder);
        }
    }

    /// <summary>What a command that was ended still holds on to stays behind: that is no error of its own.</summary>
    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>A path as one word of a command.</summary>
    internal static string Quoted(string path) => OperatingSystem.IsWindows() ? $"\"{path}\"" : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void Run(string command, Limit? limit, CancellationToken stop)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", $"/d /s /c \"{command}\"") // With /s cmd takes off the outer quotes alone.
            : new ProcessStartInfo("/bin/sh", ["-c", command]);
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardInput = true;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            process.OutputDataReceived += (_, line) =>
            {
                if (line.Data is { } text)
                {
                    Console.Error.WriteLine(text);
                }
            };
            process.BeginOutputReadLine();
            Await(process, command, limit, stop);
            if (process.ExitCode != 0)
            {
                // A terminal tells the command of Ctrl+C too, which may end before this program hears of it.
                stop.WaitHandle.WaitOne(Echo);
                stop.ThrowIfCancellationRequested();
                throw new DatasetException($"The command '{command}' ended with exit code {process.ExitCode}; what it said stands above.");
            }
        }
        catch (Win32Exception e)
        {
            throw new DatasetException($"The command '{command}' cannot be run: {e.Message}", e);
        }
    }

    /// <summary>Waits until it ends by itself, or ends it.</summary>
    private static void Await(Process process, string command, Limit? limit, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (limit is not null)
        {
            ending.CancelAfter(TimeSpan.FromSeconds(limit.Seconds));
        }

        try
        {
            process.WaitForExitAsync(ending.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            End(process);
            stop.ThrowIfCancellationRequested();
            throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                $"The command '{command}' was still running after {limit!.Seconds} s, which is all that {limit.Key} gives it, and was ended with all that it ")
                + $"had started. Set {limit.Key} higher if that is too short, or see why it hangs.");
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(Grace);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }
}
