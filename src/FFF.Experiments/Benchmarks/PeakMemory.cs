using System.Globalization;
using System.Runtime.InteropServices;

namespace FFF.Benchmarks;

/// <summary>How much memory of the process an action takes at its peak.</summary>
internal static partial class PeakMemory
{
    /// <summary>The growth of the resident memory at its peak, bytes; null where the system (other than Linux) does not tell.</summary>
    public static long? Of(Action action)
    {
        if (!OperatingSystem.IsLinux() || !Forget())
        {
            action();
            return null;
        }

        var before = Bytes("VmRSS:");
        action();
        return Bytes("VmHWM:") - before;
    }

    /// <summary>Gives back what was freed, and lets the kernel measure the peak from now on.</summary>
    private static bool Forget()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "gnu_get_libc_version", out _))
        {
            _ = Trim(0);
        }

        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? Bytes(string label) =>
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal)) is { } line
            ? 1024 * long.Parse(line[label.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), NumberStyles.None, CultureInfo.InvariantCulture)
            : null;

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
