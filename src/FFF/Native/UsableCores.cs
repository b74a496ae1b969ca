using System.Globalization;

namespace FFF.Native;

/// <summary>How many cores this process may use, and which bound says so.</summary>
/// <param name="Count">The cores, at least 1.</param>
/// <param name="Reason">Why not more, such as "all of this machine's" or "of 64, by SLURM_CPUS_PER_TASK".</param>
/// <param name="Affinity">On how many it may run, as libraries count that know of no other bound.</param>
internal sealed record UsableCores(int Count, string Reason, int Affinity)
{
    /// <summary>How many threads a user wants of whatever is built on OpenMP, libtorch among it.</summary>
    public const string OpenMpVariable = "OMP_NUM_THREADS";

    /// <summary>How many cores Slurm gives to each task.</summary>
    public const string SlurmVariable = "SLURM_CPUS_PER_TASK";

    private const string DotnetVariable = "DOTNET_PROCESSOR_COUNT";

    /// <summary>Those of this process, with what its environment asks for.</summary>
    public static UsableCores OfThisProcess()
    {
        var (machine, affinity) = (Listed("/sys/devices/system/cpu/online", ""), Listed("/proc/self/status", "Cpus_allowed_list:"));
        var dotnet = Environment.ProcessorCount;
        return Of(machine ?? dotnet, affinity ?? dotnet, dotnet, Environment.GetEnvironmentVariable);
    }

    /// <summary>The least of all bounds.</summary>
    /// <param name="machine">Cores that the machine has.</param>
    /// <param name="affinity">Those on which this process may run.</param>
    /// <param name="dotnet">.NET's count of them, which also knows the quota of a control group (a half core more counts as one).</param>
    /// <param name="variable">The environment.</param>
    public static UsableCores Of(int machine, int affinity, int dotnet, Func<string, string?> variable)
    {
        var quota = variable(DotnetVariable) is null ? "by the quota of its control group" : $"by {DotnetVariable}";
        (int? Count, string Reason)[] bounds =
        [
            (machine, "all of this machine's"),
            (affinity, $"those of {machine} on which this process may run"),
            (dotnet, $"of {machine}, {quota}"),
            (Positive(variable(SlurmVariable)), $"of {machine}, by {SlurmVariable}"),
            (Positive(variable(OpenMpVariable)), $"of {machine}, by {OpenMpVariable}"),
        ];

        // Of equal bounds the first one is told: MinBy keeps it.
        var (count, reason) = bounds.Where(bound => bound.Count is not null).MinBy(bound => bound.Count);
        return new(count!.Value, reason, Math.Min(machine, affinity));
    }

    /// <summary>A list such as 4,2 has a number for each level of nested parallel work; the first is the outermost.</summary>
    private static int? Positive(string? text) =>
        int.TryParse(text?.Split(',')[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;

    /// <summary>How many numbers a list such as 0-3,8 of the kernel has; null where there is none.</summary>
    private static int? Listed(string file, string label)
    {
        try
        {
            var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(text => text.StartsWith(label, StringComparison.Ordinal)) : null;
            return line is null ? null : CountOf(line[label.Length..].Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>How many numbers are in ranges such as 0-3,8.</summary>
    internal static int CountOf(string ranges) => ranges.Split(',')
        .Select(range => range.Split('-').Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture)).ToArray())
        .Sum(range => range[^1] - range[0] + 1);
}
