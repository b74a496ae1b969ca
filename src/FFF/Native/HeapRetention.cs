using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>Lets the C library keep freed memory, instead of giving it back to the system after every training step.</summary>
/// <remarks>
/// libtorch takes the memory of its CPU tensors from malloc. By default glibc maps blocks above 128 kB freshly and
/// trims the heap once little more is free at its top; a step then spends its time on page faults: a training step of
/// 50 classifiers took 2.5 instead of 0.85 ms. The price is that memory stays with the process after its peak.
/// </remarks>
internal static partial class HeapRetention
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    /// <summary>glibc accepts no more than half of one of its 64 MiB arenas.</summary>
    private const int LargestMapThreshold = 32 << 20;

    /// <summary>Does nothing where the C library is not glibc.</summary>
    public static void Enable()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "gnu_get_libc_version", out _))
        {
            _ = SetMallocOption(MapThreshold, LargestMapThreshold);
            _ = SetMallocOption(TrimThreshold, int.MaxValue);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int option, int value);
}
