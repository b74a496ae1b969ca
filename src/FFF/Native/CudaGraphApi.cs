using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>The functions of libtorch and of the CUDA driver that record and launch graphs; TorchSharp has none of them.</summary>
/// <remarks>
/// at::cuda::CUDAGraph is a C++ class: its functions are found by their mangled names, and it lives in memory of ours. The size of it is
/// not known, so that there is much to spare.
/// </remarks>
internal sealed unsafe class CudaGraphApi
{
    /// <summary>CU_STREAM_NON_BLOCKING: the stream does not wait for the default one.</summary>
    public const uint NonBlocking = 1;

    /// <summary>CU_STREAM_CAPTURE_STATUS_ACTIVE.</summary>
    public const int Active = 1;

    /// <summary>Bytes for an object of at::cuda::CUDAGraph.</summary>
    private const nuint ObjectBytes = 8192;

    private const nuint Alignment = 64;

    private static readonly Lazy<(CudaGraphApi? Api, string? Missing)> Loaded = new(Load);

    private readonly delegate* unmanaged<void*, byte, void> _construct;
    private readonly delegate* unmanaged<void*, void> _destruct;
    private readonly void* _begin;
    private readonly delegate* unmanaged<void*, void> _end;
    private readonly delegate* unmanaged<void*, nint> _raw;
    private readonly delegate* unmanaged<nint, int, nint*, int> _createGuard;
    private readonly delegate* unmanaged<nint, int> _deleteGuard;
    private readonly delegate* unmanaged<nint*, uint, int> _streamCreate;
    private readonly delegate* unmanaged<nint, int*, int> _isCapturing;
    private readonly delegate* unmanaged<nint, nint*, int> _streamEndCapture;
    private readonly delegate* unmanaged<nint, nint*, nuint*, int> _graphGetNodes;
    private readonly delegate* unmanaged<nint*, nint, ulong, int> _graphInstantiate;
    private readonly delegate* unmanaged<nint, nint, int> _graphLaunch;
    private readonly delegate* unmanaged<nint, int> _graphExecDestroy;

    private CudaGraphApi(Func<string, nint> torch, Func<string, nint> driver)
    {
        var windows = OperatingSystem.IsWindows();
        _construct = (delegate* unmanaged<void*, byte, void>)torch(windows ? "??0CUDAGraph@cuda@at@@QEAA@_N@Z" : "_ZN2at4cuda9CUDAGraphC1Eb");
        _destruct = (delegate* unmanaged<void*, void>)torch(windows ? "??1CUDAGraph@cuda@at@@QEAA@XZ" : "_ZN2at4cuda9CUDAGraphD1Ev");
        _begin = (void*)torch(windows
            ? "?capture_begin@CUDAGraph@cuda@at@@QEAAXU?$pair@_K_K@std@@W4cudaStreamCaptureMode@@@Z"
            : "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode");
        _end = (delegate* unmanaged<void*, void>)torch(windows ? "?capture_end@CUDAGraph@cuda@at@@QEAAXXZ" : "_ZN2at4cuda9CUDAGraph11capture_endEv");
        _raw = (delegate* unmanaged<void*, nint>)torch(windows
            ? "?raw_cuda_graph@CUDAGraph@cuda@at@@QEAAPEAUCUgraph_st@@XZ"
            : "_ZN2at4cuda9CUDAGraph14raw_cuda_graphEv");
        _createGuard = (delegate* unmanaged<nint, int, nint*, int>)torch("aoti_torch_create_cuda_stream_guard");
        _deleteGuard = (delegate* unmanaged<nint, int>)torch("aoti_torch_delete_cuda_stream_guard");
        _streamCreate = (delegate* unmanaged<nint*, uint, int>)driver("cuStreamCreate");
        _isCapturing = (delegate* unmanaged<nint, int*, int>)driver("cuStreamIsCapturing");
        _streamEndCapture = (delegate* unmanaged<nint, nint*, int>)driver("cuStreamEndCapture");
        _graphGetNodes = (delegate* unmanaged<nint, nint*, nuint*, int>)driver("cuGraphGetNodes");
        _graphInstantiate = (delegate* unmanaged<nint*, nint, ulong, int>)driver("cuGraphInstantiateWithFlags");
        _graphLaunch = (delegate* unmanaged<nint, nint, int>)driver("cuGraphLaunch");
        _graphExecDestroy = (delegate* unmanaged<nint, int>)driver("cuGraphExecDestroy");
    }

    /// <summary>The functions; null where the libtorch that is loaded has no CUDA, or others.</summary>
    public static CudaGraphApi? Instance => Loaded.Value.Api;

    /// <summary>What is missing, for people.</summary>
    public static string? Missing => Loaded.Value.Missing;

    /// <summary>Throws unless a function of the driver or of libtorch says that it succeeded.</summary>
    /// <exception cref="GraphException">It did not.</exception>
    public static void Check(int code, string what)
    {
        if (code != 0)
        {
            throw new GraphException($"The driver gives error {code} for {what}.");
        }
    }

    /// <summary>An object of at::cuda::CUDAGraph that leaves instantiating to us.</summary>
    public nint NewGraph()
    {
        var memory = NativeMemory.AlignedAlloc(ObjectBytes, Alignment);
        NativeMemory.Clear(memory, ObjectBytes);
        _construct(memory, 1);
        return (nint)memory;
    }

    /// <summary>Frees the object with all that it recorded.</summary>
    public void DeleteGraph(nint graph)
    {
        _destruct((void*)graph);
        NativeMemory.AlignedFree((void*)graph);
    }

    /// <summary>Records from now on what is launched on the current stream of libtorch, with memory of a pool.</summary>
    public void BeginCapture(nint graph, ulong pool, int mode)
    {
        // std::pair of two numbers travels in two registers, but on Windows by its address.
        if (OperatingSystem.IsWindows())
        {
            var pair = stackalloc ulong[2] { 0, pool };
            ((delegate* unmanaged<void*, ulong*, int, void>)_begin)((void*)graph, pair, mode);
        }
        else
        {
            ((delegate* unmanaged<void*, ulong, ulong, int, void>)_begin)((void*)graph, 0, pool, mode);
        }
    }

    /// <summary>Ends the recording.</summary>
    public void EndCapture(nint graph) => _end((void*)graph);

    /// <summary>The driver's graph that was recorded.</summary>
    public nint RawGraph(nint graph) => _raw((void*)graph);

    /// <summary>Makes a stream libtorch's current one, until the guard is deleted.</summary>
    public int CreateStreamGuard(nint stream, int device, nint* guard) => _createGuard(stream, device, guard);

    /// <inheritdoc cref="CreateStreamGuard"/>
    public int DeleteStreamGuard(nint guard) => _deleteGuard(guard);

    /// <summary>cuStreamCreate.</summary>
    public int StreamCreate(nint* stream, uint flags) => _streamCreate(stream, flags);

    /// <summary>cuStreamIsCapturing.</summary>
    public int CaptureStatus(nint stream)
    {
        int status;
        return _isCapturing(stream, &status) == 0 ? status : 0;
    }

    /// <summary>cuStreamEndCapture.</summary>
    public int StreamEndCapture(nint stream, nint* graph) => _streamEndCapture(stream, graph);

    /// <summary>cuGraphGetNodes.</summary>
    public int GraphGetNodes(nint graph, nint* nodes, nuint* count) => _graphGetNodes(graph, nodes, count);

    /// <summary>cuGraphInstantiateWithFlags.</summary>
    public int GraphInstantiate(nint* executable, nint graph, ulong flags) => _graphInstantiate(executable, graph, flags);

    /// <summary>cuGraphLaunch; stream 0 is the default one.</summary>
    public int GraphLaunch(nint executable, nint stream) => _graphLaunch(executable, stream);

    /// <summary>cuGraphExecDestroy.</summary>
    public int GraphExecDestroy(nint executable) => _graphExecDestroy(executable);

    private static (CudaGraphApi? Api, string? Missing) Load()
    {
        var library = Libtorch.FileOf("torch_cuda");
        if (!NativeLibrary.TryLoad(library, out var torch))
        {
            return (null, "this libtorch has no CUDA");
        }

        if (!NativeLibrary.TryLoad(CudaDevices.DriverName, out var driver))
        {
            return (null, "there is no CUDA driver");
        }

        try
        {
            return (new CudaGraphApi(name => NativeLibrary.GetExport(torch, name), name => NativeLibrary.GetExport(driver, name)), null);
        }
        catch (EntryPointNotFoundException e)
        {
            return (null, $"this libtorch or driver lacks a function: {e.Message}");
        }
    }
}
