using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>Lets libtorch's idle threads sleep soon, instead of keeping the cores that the equivariant networks' kernel needs.</summary>
/// <remarks>
/// Between two parallel pieces of work GNU's OpenMP has its threads spin for some milliseconds. A kernel with threads of
/// its own then shares the cores with them. Per step with two threads on two cores, in milliseconds:
/// <code>
/// spins      network of the inference experiment   DW4   QM9 (batch 16)
/// its own                                      8   335              312
/// 10,000                                       7   308              263
/// 1,000                                        9   307              255
/// 0                                           12   312              262
/// </code>
/// </remarks>
internal static partial class IdleThreads
{
    /// <summary>How often an idle thread looks for new work before it sleeps.</summary>
    private const string Spins = "10000";

    /// <summary>To be called before libtorch is loaded, which brings OpenMP. What the user has set is left.</summary>
    public static void Sleep()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            // .NET's own variables are a copy, which native libraries do not see.
            _ = SetVariable("GOMP_SPINCOUNT", Spins, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
