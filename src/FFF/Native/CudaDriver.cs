using System.Runtime.InteropServices;
using System.Text;

namespace FFF.Native;

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
