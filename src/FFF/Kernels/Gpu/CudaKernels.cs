using System.Collections.Concurrent;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Kernels.Gpu;

/// <summary>The kernels of graphs.cu, compiled for one CUDA device when they are first asked for, and launched by the driver.</summary>
internal sealed unsafe class CudaKernels : IDeviceKernels
{
    private const int ThreadsOfBlock = 256;
    private const int ThreadsOfWarp = 32;

    /// <summary>A kernel goes over what is left in rounds.</summary>
    private const long MaxBlocks = 1 << 20;

    private static readonly ConcurrentDictionary<int, Lazy<(CudaKernels? Kernels, string? Problem)>> OfDevices = [];

    private readonly CudaDriver _driver;
    private readonly int _device;
    private readonly nint _context;
    private readonly nint _module;
    private readonly ConcurrentDictionary<string, nint> _functions = [];

    private CudaKernels(CudaDriver driver, int device)
    {
        (_driver, _device) = (driver, device);

        // libtorch makes the device's context when it is first used, and current on the thread that uses it.
        cuda.synchronize(CudaDevice(device));
        _context = driver.Context();
        _module = driver.LoadModule(KernelCompiler.Compile(driver.Capability(device)));
    }

    /// <summary>Those of a device; null where they cannot be had.</summary>
    public static CudaKernels? Of(Device device) => Loaded(device).Kernels;

    /// <summary>Why they cannot be had; null where they can.</summary>
    public static string? Problem(Device device) => Loaded(device).Problem;

    /// <inheritdoc/>
    public void Launch(string kernel, long items, params ReadOnlySpan<KernelArgument> arguments) => LaunchThreads(kernel, items, arguments);

    /// <inheritdoc/>
    public void LaunchByWarp(string kernel, long items, params ReadOnlySpan<KernelArgument> arguments) =>
        LaunchThreads(kernel, items * ThreadsOfWarp, arguments);

    private static (CudaKernels? Kernels, string? Problem) Loaded(Device device) =>
        OfDevices.GetOrAdd(Math.Max(0, device.index), index => new(() => Load(index))).Value;

    private static (CudaKernels? Kernels, string? Problem) Load(int device)
    {
        try
        {
            return (new CudaKernels(CudaDriver.Instance, device), null);
        }
        catch (Exception e) when (e is KernelException or DllNotFoundException or EntryPointNotFoundException)
        {
            return (null, e.Message);
        }
    }

    private static Device CudaDevice(int index) => device($"cuda:{index}");

    private void LaunchThreads(string kernel, long threads, ReadOnlySpan<KernelArgument> arguments)
    {
        if (threads == 0)
        {
            return;
        }

        var slots = stackalloc ulong[arguments.Length];
        var addresses = stackalloc void*[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            slots[i] = arguments[i].Bits;
            addresses[i] = slots + i;
        }

        // The threads of a way back have no context of their own until libtorch needs one.
        _driver.MakeCurrent(_context);
        var function = _functions.GetOrAdd(kernel, name => _driver.Function(_module, name));
        var blocks = Math.Min(MaxBlocks, (threads + ThreadsOfBlock - 1) / ThreadsOfBlock);
        _driver.Launch(function, (uint)blocks, ThreadsOfBlock, TorchStream.Current(_device), addresses);
        KernelArgument.Keep(arguments);
    }
}
