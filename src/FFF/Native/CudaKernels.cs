using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using FFF.Kernels.Gpu;
using static TorchSharp.torch;

namespace FFF.Native;

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

/// <summary>Kernels of our own cannot be compiled or launched on a device.</summary>
internal sealed class KernelException(string message) : Errors.FreeFormFlowException(message);

/// <summary>Compiles graphs.cu by NVRTC, NVIDIA's compiler that libtorch for CUDA brings.</summary>
internal static unsafe class KernelCompiler
{
    private const string Source = "graphs.cu";

    /// <summary>Code for a device.</summary>
    /// <param name="capability">Its compute capability, such as (9, 0).</param>
    /// <exception cref="KernelException">It cannot be compiled.</exception>
    /// <exception cref="DllNotFoundException">There is no NVRTC.</exception>
    public static byte[] Compile((int Major, int Minor) capability)
    {
        var library = Find() ?? throw new DllNotFoundException("NVRTC, which compiles kernels, was not found beside libtorch");
        nint Export(string name) => NativeLibrary.GetExport(library, name);
        var create = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)Export("nvrtcCreateProgram");
        var compile = (delegate* unmanaged<nint, int, byte**, int>)Export("nvrtcCompileProgram");
        var codeSize = (delegate* unmanaged<nint, nuint*, int>)Export("nvrtcGetCUBINSize");
        var code = (delegate* unmanaged<nint, byte*, int>)Export("nvrtcGetCUBIN");
        var logSize = (delegate* unmanaged<nint, nuint*, int>)Export("nvrtcGetProgramLogSize");
        var log = (delegate* unmanaged<nint, byte*, int>)Export("nvrtcGetProgramLog");
        var destroy = (delegate* unmanaged<nint*, int>)Export("nvrtcDestroyProgram");

        nint program;
        nuint size;
        fixed (byte* source = Text(Read()), name = Text(Source), option = Text($"--gpu-architecture=sm_{capability.Major}{capability.Minor}"))
        {
            if (create(&program, source, name, 0, null, null) is not 0 and var error)
            {
                throw new KernelException($"NVRTC gives error {error} for {Source}.");
            }

            try
            {
                var options = option;
                if (compile(program, 1, &options) is not 0 and var failed)
                {
                    logSize(program, &size);
                    var message = new byte[size];
                    fixed (byte* text = message)
                    {
                        log(program, text);
                    }

                    throw new KernelException($"NVRTC gives error {failed} for {Source}: {Encoding.UTF8.GetString(message).Split('\n')[0].TrimEnd('\0')}");
                }

                codeSize(program, &size);
                var compiled = new byte[size];
                fixed (byte* bytes = compiled)
                {
                    code(program, bytes);
                }

                return compiled;
            }
            finally
            {
                destroy(&program);
            }
        }
    }

    private static nint? Find()
    {
        var folder = Libtorch.Load().Folder;
        var (pattern, beside) = OperatingSystem.IsWindows() ? ("nvrtc64_*.dll", "bin") : ("libnvrtc*.so*", "lib");
        var packages = Path.GetFullPath(Path.Combine(folder, "..", "..", "nvidia"));
        string[] folders = [folder, .. Directory.Exists(packages) ? Directory.GetDirectories(packages).Select(part => Path.Combine(part, beside)) : []];
        var files = folders.Where(Directory.Exists).SelectMany(place => Directory.GetFiles(place, pattern))
            .Where(file => !Path.GetFileName(file).Contains("builtins", StringComparison.Ordinal) && !file.Contains(".alt.", StringComparison.Ordinal));
        foreach (var file in files)
        {
            if (NativeLibrary.TryLoad(file, out var handle))
            {
                return handle;
            }
        }

        return null;
    }

    private static string Read()
    {
        using var reader = new StreamReader(typeof(KernelCompiler).Assembly.GetManifestResourceStream(Source)!);
        return reader.ReadToEnd();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');
}

/// <summary>What libtorch launches on now.</summary>
internal static unsafe class TorchStream
{
    private static readonly Lazy<nint> Function = new(() =>
        NativeLibrary.GetExport(NativeLibrary.Load(Path.Combine(Libtorch.Load().Folder, Libtorch.FileName("torch_cuda"))),
            "aoti_torch_get_current_cuda_stream"));

    /// <summary>This thread's current stream of a device.</summary>
    public static nint Current(int device)
    {
        nint stream;
        return ((delegate* unmanaged<int, nint*, int>)Function.Value)(device, &stream) == 0
            ? stream
            : throw new KernelException("libtorch does not tell its current stream.");
    }
}

/// <summary>The functions of the CUDA driver that load and launch kernels.</summary>
internal sealed unsafe class CudaDriver
{
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;

    private static readonly Lazy<CudaDriver> Loaded = new(() => new CudaDriver(NativeLibrary.Load(CudaDevices.DriverName)));

    private readonly delegate* unmanaged<nint*, int> _getContext;
    private readonly delegate* unmanaged<nint, int> _setContext;
    private readonly delegate* unmanaged<int*, int, int, int> _attribute;
    private readonly delegate* unmanaged<nint*, void*, int> _loadModule;
    private readonly delegate* unmanaged<nint*, nint, byte*, int> _getFunction;
    private readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> _launch;

    private CudaDriver(nint driver)
    {
        nint Export(string name) => NativeLibrary.GetExport(driver, name);
        _getContext = (delegate* unmanaged<nint*, int>)Export("cuCtxGetCurrent");
        _setContext = (delegate* unmanaged<nint, int>)Export("cuCtxSetCurrent");
        _attribute = (delegate* unmanaged<int*, int, int, int>)Export("cuDeviceGetAttribute");
        _loadModule = (delegate* unmanaged<nint*, void*, int>)Export("cuModuleLoadData");
        _getFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Export("cuModuleGetFunction");
        _launch = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Export("cuLaunchKernel");
    }

    /// <summary>The functions.</summary>
    /// <exception cref="DllNotFoundException">There is no driver.</exception>
    public static CudaDriver Instance => Loaded.Value;

    /// <summary>The context that is current on this thread; 0 for none.</summary>
    public nint Context()
    {
        nint context;
        Check(_getContext(&context), "the current context");
        return context;
    }

    /// <summary>Makes a context current on this thread, unless it is.</summary>
    public void MakeCurrent(nint context)
    {
        if (Context() != context)
        {
            Check(_setContext(context), "a context");
        }
    }

    /// <summary>A device's compute capability.</summary>
    public (int Major, int Minor) Capability(int device)
    {
        int major, minor;
        Check(_attribute(&major, CapabilityMajor, device), "a device's capability");
        Check(_attribute(&minor, CapabilityMinor, device), "a device's capability");
        return (major, minor);
    }

    /// <summary>Loads code into the current context.</summary>
    public nint LoadModule(byte[] code)
    {
        nint module;
        fixed (byte* bytes = code)
        {
            Check(_loadModule(&module, bytes), "the kernels");
        }

        return module;
    }

    /// <summary>A kernel of a module.</summary>
    public nint Function(nint module, string name)
    {
        nint function;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        {
            Check(_getFunction(&function, module, text), $"the kernel {name}");
        }

        return function;
    }

    /// <summary>Launches a kernel.</summary>
    public void Launch(nint function, uint blocks, uint threads, nint stream, void** arguments) =>
        Check(_launch(function, blocks, 1, 1, threads, 1, 1, 0, stream, arguments, null), "a launch");

    private static void Check(int code, string what)
    {
        if (code != 0)
        {
            throw new KernelException($"The CUDA driver gives error {code} for {what}.");
        }
    }
}
