using FFF.Errors;
using static TorchSharp.torch;

namespace FFF.Native;

/// <summary>A CUDA graph could not be recorded or launched.</summary>
internal sealed class GraphException(string message, Exception? inner = null) : FreeFormFlowException(message, inner);

/// <summary>
/// Records CUDA graphs. libtorch's own class opens and closes the recording, as its allocator then keeps apart the memory that a
/// graph uses; the driver instantiates and launches, since its functions return errors and libtorch's would end the process.
/// </summary>
internal sealed unsafe class CudaGraphs : IGraphRecorder
{
    /// <summary>The recordings share one pool of memory, as they never run side by side. libtorch counts its own pools up from 1.</summary>
    private const ulong Pool = 0x4646_4600_0000_0001;

    /// <summary>Other threads may use the device while this one records.</summary>
    private const int ModeOfThread = 1;

    /// <summary>Times that the first action is carried out before: libraries take memory of their own when a stream is first used.</summary>
    private const int WarmUps = 2;

    /// <summary>Why there can be no more recordings in this process: libtorch's allocator believes that one is under way.</summary>
    private static volatile string? Broken;

    private readonly Device _device;
    private readonly nint _stream;
    private bool _warm;

    /// <summary>Makes a stream to record on.</summary>
    /// <param name="device">A CUDA device, in use by this thread.</param>
    /// <exception cref="GraphException">The driver refuses.</exception>
    public CudaGraphs(Device device)
    {
        _device = device;
        nint stream;
        CudaGraphApi.Check(CudaGraphApi.Instance!.StreamCreate(&stream, CudaGraphApi.NonBlocking), "a stream");
        _stream = stream;
    }

    /// <summary>Why graphs cannot be had with the libtorch that is loaded; null where they can.</summary>
    public static string? Problem => CudaGraphApi.Instance is null ? CudaGraphApi.Missing : null;

    /// <inheritdoc/>
    public T Unrecorded<T>(Func<T> action) => OnStream(action);

    /// <inheritdoc/>
    public IGraphRecording Record(Func<Tensor> action) => OnStream(() =>
    {
        if (Broken is { } reason)
        {
            throw new GraphException(reason);
        }

        for (var i = 0; i < WarmUps && !_warm; i++)
        {
            action().Dispose();
        }

        _warm = true;
        cuda.synchronize(_device);
        return Record(CudaGraphApi.Instance!, action);
    });

    private T OnStream<T>(Func<T> action)
    {
        var api = CudaGraphApi.Instance!;
        cuda.synchronize(_device);
        nint guard;
        CudaGraphApi.Check(api.CreateStreamGuard(_stream, Math.Max(0, _device.index), &guard), "a stream of libtorch");
        try
        {
            return action();
        }
        finally
        {
            api.DeleteStreamGuard(guard);
            cuda.synchronize(_device);
        }
    }

    private CudaGraph Record(CudaGraphApi api, Func<Tensor> action)
    {
        var recording = api.NewGraph();
        api.BeginCapture(recording, Pool, ModeOfThread);
        Tensor result;
        try
        {
            result = action();
        }
        catch (Exception e)
        {
            Abandon(api, recording);
            throw new GraphException($"A step cannot be recorded as a CUDA graph: {e.Message.Split('\n')[0]}", e);
        }

        if (api.CaptureStatus(_stream) != CudaGraphApi.Active)
        {
            Abandon(api, recording);
            throw new GraphException("A step cannot be recorded as a CUDA graph: the driver ended the recording.");
        }

        api.EndCapture(recording);
        return new CudaGraph(api, recording, result);
    }

    /// <summary>Ends a recording that failed. One that the driver has given up cannot be closed by libtorch: its memory stays taken.</summary>
    private void Abandon(CudaGraphApi api, nint recording)
    {
        if (api.CaptureStatus(_stream) == CudaGraphApi.Active)
        {
            api.EndCapture(recording);
            api.DeleteGraph(recording);
        }
        else
        {
            nint none;
            api.StreamEndCapture(_stream, &none);
            Broken = "An earlier recording of this process was ended by the driver.";
        }
    }
}

/// <summary>A recorded graph, ready to be launched on the stream that libtorch launches on.</summary>
internal sealed unsafe class CudaGraph : IGraphRecording
{
    private readonly CudaGraphApi _api;
    private readonly nint _recording;
    private nint _executable;

    /// <summary>Takes a closed recording over.</summary>
    /// <exception cref="GraphException">The driver cannot make it ready, for want of memory as a rule.</exception>
    public CudaGraph(CudaGraphApi api, nint recording, Tensor result)
    {
        (_api, _recording, Result) = (api, recording, result);
        var graph = api.RawGraph(recording);
        nuint nodes;
        nint executable;
        CudaGraphApi.Check(api.GraphGetNodes(graph, null, &nodes), "its nodes");
        CudaGraphApi.Check(api.GraphInstantiate(&executable, graph, 0), "a graph");
        (_executable, Launches) = (executable, (long)nodes);
    }

    /// <inheritdoc/>
    public long Launches { get; }

    /// <inheritdoc/>
    public Tensor Result { get; }

    /// <inheritdoc/>
    public void Replay() => CudaGraphApi.Check(_api.GraphLaunch(_executable, 0), "the launch of a graph");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_executable != 0)
        {
            Result.Dispose();
            _api.GraphExecDestroy(_executable);
            _api.DeleteGraph(_recording);
            _executable = 0;
        }
    }
}
