using System.Diagnostics;
using FFF.Distributed;
using FFF.Plugins;
using FFF.Sweeps;

namespace FFF.Cli.Ranks;

/// <summary>The processes of the program itself that help this one, on this machine.</summary>
internal sealed class RankHelpers : IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("fff-ranks-").FullName;
    private readonly List<Process> _processes = [];

    /// <summary>Starts them.</summary>
    /// <param name="size">How many processes there are with this one.</param>
    /// <param name="command">The command that they carry out, without what rank 0 tells them.</param>
    public RankHelpers(int size, IReadOnlyList<string> command)
    {
        Place = new RankPlace(0, size, 0, size, new MeetingPlace { File = Path.Combine(_folder, "store") });
        var program = TrialProgram.This();
        for (var rank = 1; rank < size; rank++)
        {
            var start = new ProcessStartInfo(program.File, [.. program.Arguments, .. command,
                .. PluginLoader.Loaded.SelectMany(plugin => (string[])["--plugin", plugin.Path])])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };

            // Ctrl+C goes to all processes of a terminal's group; helpers hear of it from here.
            start.Environment[TrialProgram.OwnGroupVariable] = "1";
            foreach (var (name, value) in (Place with { Rank = rank, LocalRank = rank }).Environment())
            {
                start.Environment[name] = value;
            }

            var process = Process.Start(start)!;
            process.StandardInput.Close();
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            _processes.Add(process);
        }
    }

    /// <summary>This process's place among them.</summary>
    public RankPlace Place { get; }

    /// <summary>Why they cannot come any more; null while they can.</summary>
    public string? Problem() => _processes.Index().FirstOrDefault(entry => entry.Item.HasExited) is (var index, { } ended)
        ? $"the process of rank {index + 1} ended with exit code {ended.ExitCode} before the training began."
        : null;

    /// <summary>Waits for their ends; those that do not end are ended.</summary>
    public void Dispose()
    {
        var clock = Stopwatch.StartNew();
        foreach (var process in _processes)
        {
            var left = Farewell - clock.Elapsed;
            if (!process.WaitForExit(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                process.Kill();
            }

            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
