using FFF.Native;

namespace FFF.Sweeps;

/// <summary>The CUDA devices that this process may give to others, as CUDA_VISIBLE_DEVICES names them.</summary>
internal static class VisibleDevices
{
    /// <summary>The environment variable by which CUDA shows a process some of the machine's devices only.</summary>
    public const string Variable = "CUDA_VISIBLE_DEVICES";

    /// <summary>Those of this process.</summary>
    public static IReadOnlyList<string> OfThisProcess() => Names(Environment.GetEnvironmentVariable(Variable), CudaDevices.List().Count);

    /// <summary>The names of so many devices: the numbers from 0, or those that the variable already restricts them to.</summary>
    /// <param name="variable">The variable: numbers, or identifiers such as GPU-8932f937 and MIG-...; null where it is not set.</param>
    /// <param name="count">How many devices the driver shows, which heeds the variable too.</param>
    internal static IReadOnlyList<string> Names(string? variable, int count) => variable is null
        ? [.. Enumerable.Range(0, count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))]

        // As for CUDA, what follows an entry that names nothing does not count.
        : [.. variable.Split(',', StringSplitOptions.TrimEntries).TakeWhile(name => name.Length > 0 && !name.StartsWith('-')).Take(count)];
}
