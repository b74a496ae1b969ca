using System.Runtime.Intrinsics;

namespace FFF.Kernels;

/// <summary>The kernels of our own that replace chains of libtorch's operations on a CPU.</summary>
internal static class FusedKernels
{
    private static readonly AsyncLocal<bool> Off = new();

    /// <summary>Whether this processor can run them.</summary>
    public static bool AreSupported => Vector512.IsHardwareAccelerated;

    /// <summary>The width of the processor's vectors, in bits, as far as .NET uses them.</summary>
    public static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>Whether they are used here and now.</summary>
    internal static bool AreUsed => AreSupported && !AreOff;

    /// <summary>Whether they are left out here and now, on any device.</summary>
    internal static bool AreOff => Off.Value;

    /// <summary>Computes without them, so that the two ways can be compared.</summary>
    internal static T Without<T>(Func<T> work)
    {
        var before = Off.Value;
        Off.Value = true;
        try
        {
            return work();
        }
        finally
        {
            Off.Value = before;
        }
    }
}
