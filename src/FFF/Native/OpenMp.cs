using System.Globalization;
using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>Tells OpenMP, with which libtorch shares out its work, how many threads there may be and how soon idle ones sleep.</summary>
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
/// It counts the cores of the affinity mask, and knows nothing of a control group's quota or of Slurm: in a container with 2 of
/// 64 cores it would start 64 threads, or as many as there are without hyper-threads.
/// </remarks>
internal static partial class OpenMp
{
    /// <summary>How often an idle thread looks for new work before it sleeps.</summary>
    private const string Spins = "10000";

    /// <summary>To be called before libtorch is loaded, which brings OpenMP. What the user has set is left.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // .NET's own variables are a copy, which native libraries do not see; nor do programs that are started from here.
        if (UsableCores.OfThisProcess() is var cores && cores.Count < cores.Affinity)
        {
            _ = SetVariable(UsableCores.OpenMpVariable, cores.Count.ToString(CultureInfo.InvariantCulture), 0);
        }

        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            _ = SetVariable("GOMP_SPINCOUNT", Spins, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
