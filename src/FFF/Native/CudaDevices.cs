using System.Runtime.InteropServices;
using System.Text;

namespace FFF.Native;

/// <summary>A GPU.</summary>
/// <param name="Index">Its number, as in cuda:0.</param>
/// <param name="Name">What its maker calls it.</param>
/// <param name="MemoryBytes">Its memory.</param>
internal sealed record CudaDevice(int Index, string Name, long MemoryBytes);

/// <summary>The GPUs that the CUDA driver shows to this process. Needs no libtorch.</summary>
/// <remarks>TorchSharp tells how many there are, but not their names. The driver's numbers are those of libtorch; both follow CUDA_VISIBLE_DEVICES.</remarks>
internal static class CudaDevices
{
    private const int LongestName = 256;

    /// <summary>The file of the CUDA driver.</summary>
    internal static string DriverName => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>All of them; none where there is no driver.</summary>
    public static unsafe IReadOnlyList<CudaDevice> List()
    {
        if (!NativeLibrary.TryLoad(DriverName, out var driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out var initialize)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out var getCount)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out var getDevice)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out var getName)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceTotalMem_v2", out var getMemory))
        {
            return [];
        }

        int count;
        if (((delegate* unmanaged<uint, int>)initialize)(0) != 0 || ((delegate* unmanaged<int*, int>)getCount)(&count) != 0)
        {
            return [];
        }

        var devices = new List<CudaDevice>();
        var name = stackalloc byte[LongestName];
        for (var i = 0; i < count; i++)
        {
            int device;
            nuint memory;
            if (((delegate* unmanaged<int*, int, int>)getDevice)(&device, i) == 0
                && ((delegate* unmanaged<byte*, int, int, int>)getName)(name, LongestName, device) == 0
                && ((delegate* unmanaged<nuint*, int, int>)getMemory)(&memory, device) == 0)
            {
                devices.Add(new CudaDevice(i, Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), (long)memory));
            }
        }

        return devices;
    }
}
