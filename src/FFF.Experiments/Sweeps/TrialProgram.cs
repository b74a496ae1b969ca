using System.Diagnostics;
using System.Globalization;
using System.Text;
using FFF.Native;
using FFF.Plugins;

namespace FFF.Sweeps;

/// <summary>How a trial is started: the program, and the arguments that come before those of <c>train</c>.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">Its first arguments: the path of fff.dll where the program is dotnet.</param>
internal sealed record TrialProgram(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>The exit code of a program that saved and ended as it was asked to.</summary>
    internal const int Interrupted = 3;

    /// <summary>This very program.</summary>
    public static TrialProgram This()
    {
        var file = Environment.ProcessPath ?? throw new InvalidOperationException("The system does not tell which program this is.");
        return Path.GetFileNameWithoutExtension(file) == "dotnet" ? new(file, [Path.GetFullPath(Environment.GetCommandLineArgs()[0])]) : new(file, []);
    }

    /// <summary>
    /// The arguments that train a trial, or go on with it. The number may be a variable of the shell. Plug-ins that are loaded here are named to it.
    /// </summary>
    public IReadOnlyList<string> Train(SweepFolder sweep, string number) => [.. Arguments, "train", "--trial", $"{sweep.Path}:{number}", "--resume", "auto",
        .. PluginLoader.Loaded.SelectMany(plugin => (string[])["--plugin", plugin.Path])];

    /// <summary>How the program is started on this machine, with all its streams redirected.</summary>
    /// <param name="arguments">The program's arguments, its first ones among them.</param>
    /// <param name="jobs">How many run at a time, which share the cores.</param>
    /// <param name="visibleDevices">The CUDA devices that it shall see; null for all that this process sees.</param>
    internal ProcessStartInfo StartInfo(IReadOnlyList<string> arguments, int jobs, string? visibleDevices)
    {
        var start = new ProcessStartInfo(File, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = PipeEncoding,
            StandardErrorEncoding = PipeEncoding,
            UseShellExecute = false,
        };

        // Ctrl+C goes to all processes of a terminal's group; these are to hear of it once, from here.
        start.Environment[OwnGroupVariable] = "1";
        if (!start.Environment.ContainsKey(UsableCores.OpenMpVariable))
        {
            start.Environment[UsableCores.OpenMpVariable] = CoresOf(jobs).ToString(CultureInfo.InvariantCulture);
        }

        if (visibleDevices is not null)
        {
            start.Environment[VisibleDevices.Variable] = visibleDevices;
        }

        return start;
    }

    /// <summary>What the program writes into pipes.</summary>
    private static Encoding PipeEncoding => OperatingSystem.IsWindows() ? Encoding.UTF8 : Console.OutputEncoding;

    /// <summary>Set to 1, this environment variable makes the program the leader of a process group of its own.</summary>
    public const string OwnGroupVariable = "FFF_OWN_GROUP";

    /// <summary>The cores of each of so many trials at a time, of those that this process may use.</summary>
    public static int CoresOf(int jobs) => Math.Max(1, UsableCores.OfThisProcess().Count / jobs);
}
