using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Native;

/// <summary>
/// A second device within the processor: libtorch's lazy tensors, which hold real values, and refuse to be mixed with
/// tensors of the CPU as those of a GPU do. What runs on it keeps its tensors in one place; it is slow, and for tests only.
/// </summary>
internal static unsafe class EmulatedDevice
{
    /// <summary>How it is asked for.</summary>
    public const string Name = "emulated";

    /// <summary>LAZY, which TorchSharp has no name for.</summary>
    private const DeviceType Type = (DeviceType)17;

    private const string StartSymbol = "_ZN5torch4lazy22InitTorchScriptBackendEv";

    private const string OptimizeSymbol = "_ZN5torch3jit24setGraphExecutorOptimizeEb";
    private const string ProfilingSymbol = "_ZN5torch3jit16getProfilingModeEv";
    private const string ExecutorSymbol = "_ZN5torch3jit15getExecutorModeEv";

    private static readonly Lazy<Device> Started = new(Start);

    /// <summary>The device, started once per process.</summary>
    /// <exception cref="PlatformNotSupportedException">This libtorch has no such backend.</exception>
    public static Device Device => Started.Value;

    /// <summary>Whether this is the emulated device.</summary>
    public static bool Is(Device device) => device.type == Type;

    private static Device Start()
    {
        var library = Libtorch.FileOf("torch_cpu");
        if (!NativeLibrary.TryLoad(library, out var handle) || !NativeLibrary.TryGetExport(handle, StartSymbol, out var start))
        {
            throw new PlatformNotSupportedException("This libtorch has no lazy tensors, by which a second device is emulated.");
        }

        ((delegate* unmanaged<void>)start)();

        // Each step makes a new program, which is run once: time spent on improving it is lost.
        if (NativeLibrary.TryGetExport(handle, OptimizeSymbol, out var optimize))
        {
            ((delegate* unmanaged<byte, void>)optimize)(0);
        }

        foreach (var symbol in (string[])[ProfilingSymbol, ExecutorSymbol])
        {
            if (NativeLibrary.TryGetExport(handle, symbol, out var mode))
            {
                *((delegate* unmanaged<byte*>)mode)() = 0;
            }
        }

        return new Device(Type, 0);
    }
}
