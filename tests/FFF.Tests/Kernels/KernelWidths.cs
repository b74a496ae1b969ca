using FFF.Kernels;
using FFF.Kernels.Vectors;

namespace FFF.Tests.Kernels;

/// <summary>The kernels for every width of vectors; where the processor lacks one, .NET computes it piecewise.</summary>
internal static class KernelWidths
{
    public static IReadOnlyDictionary<int, ICpuKernels> All { get; } =
        new ICpuKernels[] { new CpuKernels<Lanes128>(), new CpuKernels<Lanes256>(), new CpuKernels<Lanes512>() }.ToDictionary(k => k.VectorBits);
}
