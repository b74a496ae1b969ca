using System.Runtime.InteropServices;

namespace FFF.Sweeps;

/// <summary>Signals of Unix; elsewhere, nothing happens, as Ctrl+C reaches every process of a console there.</summary>
internal static partial class ProcessSignals
{
    private const int Terminate = 15;

    /// <summary>Asks a process to stop.</summary>
    internal static void RequestStop(int process)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(process, Terminate);
        }
    }

    /// <summary>Whether a sweep started this process, and passes requests to stop on to it.</summary>
    public static bool IsTrial { get; } = Environment.GetEnvironmentVariable(TrialProgram.OwnGroupVariable) == "1";

    /// <summary>Leaves the group of the process that started this one, if that asked for it.</summary>
    public static void LeaveGroup()
    {
        if (!OperatingSystem.IsWindows() && IsTrial)
        {
            _ = SetProcessGroup(0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "setpgid")]
    private static partial int SetProcessGroup(int process, int group);
}
