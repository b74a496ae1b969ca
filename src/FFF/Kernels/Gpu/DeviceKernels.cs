using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Kernels.Gpu;

/// <summary>Which kernels a device has.</summary>
internal static class DeviceKernels
{
    private static readonly AsyncLocal<IDeviceKernels?> OfTests = new();

    /// <summary>The kernels of a device; null where it has none, or none are to be used.</summary>
    public static IDeviceKernels? Of(Device device) =>
        OfTests.Value is { } tested ? tested : device.type == DeviceType.CUDA && !FusedKernels.AreOff ? CudaKernels.Of(device) : null;

    /// <summary>Computes with these on every device: the same kernels as loops on the CPU, in tests.</summary>
    internal static T With<T>(IDeviceKernels kernels, Func<T> work)
    {
        OfTests.Value = kernels;
        try
        {
            return work();
        }
        finally
        {
            OfTests.Value = null;
        }
    }
}
