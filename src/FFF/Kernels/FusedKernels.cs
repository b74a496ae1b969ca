using System.Runtime.Intrinsics;
using FFF.Kernels.Vectors;

namespace FFF.Kernels;

/// <summary>The kernels of our own that replace chains of libtorch's operations on a CPU.</summary>
internal static class FusedKernels
{
    private static readonly AsyncLocal<bool> Off = new();
    private static readonly AsyncLocal<ICpuKernels?> OfTests = new();

    /// <summary>For the widest vectors that this processor has; null where .NET uses none.</summary>
    public static ICpuKernels? OfProcessor { get; } =
        Vector512.IsHardwareAccelerated ? new CpuKernels<Lanes512>()
        : Vector256.IsHardwareAccelerated ? new CpuKernels<Lanes256>()
        : Vector128.IsHardwareAccelerated ? new CpuKernels<Lanes128>()
        : null;

    /// <summary>Whether they are used here and now.</summary>
    internal static bool AreUsed => !AreOff && Chosen is not null;

    /// <summary>Those that are used, where any are.</summary>
    internal static ICpuKernels? Chosen => OfTests.Value ?? OfProcessor;

    /// <summary>Whether they are left out here and now, on any device.</summary>
    internal static bool AreOff => Off.Value;

    /// <summary>Computes without them, so that the two ways can be compared.</summary>
    internal static T Without<T>(Func<T> work) => With(Off, true, work);

    /// <summary>Computes with those for other vectors, so that all can be compared.</summary>
    internal static T With<T>(ICpuKernels kernels, Func<T> work) => With(OfTests, kernels, work);

    private static T With<T, TValue>(AsyncLocal<TValue> place, TValue value, Func<T> work)
    {
        var before = place.Value;
        place.Value = value;
        try
        {
            return work();
        }
        finally
        {
            place.Value = before!;
        }
    }
}
