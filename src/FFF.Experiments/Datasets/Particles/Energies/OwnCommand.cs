using System.ComponentModel;
using System.Diagnostics;

namespace FFF.Datasets.Particles.Energies;

/// <summary>Commands of the user's own, run by the system's shell; what they say goes to standard error.</summary>
internal static class OwnCommand
{
    /// <summary>A path as one word of a command.</summary>
    public static string Quoted(string path) => OperatingSystem.IsWindows() ? $"\"{path}\"" : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="DatasetException">It cannot be started, or ends with another exit code than 0.</exception>
    public static void Run(string command)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/d", "/s", "/c", command])
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
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new DatasetException($"The command '{command}' ended with exit code {process.ExitCode}; what it said stands above.");
            }
        }
        catch (Win32Exception e)
        {
            throw new DatasetException($"The command '{command}' cannot be run: {e.Message}", e);
        }
    }
}
