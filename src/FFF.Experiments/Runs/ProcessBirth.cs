using System.Globalization;

namespace FFF.Runs;

/// <summary>When a process was born, by a clock that nobody sets: on Linux, ticks since the machine started, and which start that was.</summary>
/// <remarks>
/// A container that is started again within seconds gives its first process the same number, and clocks are set; neither makes
/// another process look like this one. See proc(5): starttime is field 22 of /proc/PID/stat, counted from 1; the name, field 2, may hold blanks.
/// </remarks>
internal static class ProcessBirth
{
    private const int StartField = 22;
    private const int FieldsToName = 2;

    /// <summary>It, as a text; null where the system does not tell, or there is no such process.</summary>
    public static string? Of(int process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}:{fields[StartField - FieldsToName - 1]}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
