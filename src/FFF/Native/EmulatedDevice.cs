using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Native;

/// <summary>
/// A second device within the processor: libtorch's lazy tensors, which hold real values, and refuse to be mixed with
/// tensors of the CPU as those of a GPU do. What runs on it keeps its tensors in one place; it is slow, and for tests only.
/// </summary>
public static unsafe class EmulatedDevice
{
    /// <summary>How it is asked for.</summary>
    public const string Name = "emulated";

    /// <summary>LAZY, which TorchSharp has no name for.</summary>
    private const DeviceType Type = (DeviceType)17;

    private const string StartSymbol = "_ZN5torch4lazy22InitTorchScriptBackendEv";

    private static readonly Lazy<Device> Started = new(Start);

    /// <summary>The device, started once per process.</summary>
    /// <exception cref="PlatformNotSupportedException">This libtorch has no such backend.</exception>
    public static Device Device => Started.Value;

    /// <summary>Whether this is the emulated device.</summary>
    public static bool Is(Device device) => device.type == Type;

    private static Device Start()
    {
        var library = Path.Combine(Libtorch.Load().Folder, OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so");
        if (!NativeLibrary.TryLoad(library, out var handle) || !NativeLibrary.TryGetExport(handle, StartSymbol, out var start))
        {
            throw new PlatformNotSupportedException("This libtorch has no lazy tensors, by which a second device is emulated.");
        }

        ((delegate* unmanaged<void>)start)();
        return new Device(Type, 0);
    }
}
