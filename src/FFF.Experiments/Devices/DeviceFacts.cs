using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Devices;

/// <summary>What there is to compute on.</summary>
/// <param name="Shown">The GPUs that the driver shows to this process, by name.</param>
/// <param name="Usable">How many CUDA devices libtorch counts; 0 where it has no CUDA.</param>
/// <param name="Cores">Threads for the arithmetic on the CPU.</param>
internal sealed record DeviceFacts(IReadOnlyList<string> Shown, int Usable, int Cores)
{
    /// <summary>Those of this machine. libtorch has to be loaded.</summary>
    public static DeviceFacts OfThisMachine() => new([.. CudaDevices.List().Select(gpu => gpu.Name)], CountUsable(), get_num_threads());

    /// <summary>Where libtorch has CUDA but the driver is none that it can work with, asking is itself an error.</summary>
    private static int CountUsable()
    {
        try
        {
            return cuda.is_available() ? cuda.device_count() : 0;
        }
        catch (Exception e) when (DeviceProbe.IsOfTheDevice(e))
        {
            return 0;
        }
    }
}
