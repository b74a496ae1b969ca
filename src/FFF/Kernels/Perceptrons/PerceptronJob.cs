using System.Runtime.InteropServices;

namespace FFF.Kernels.Perceptrons;

/// <summary>A batch's way through a perceptron, or back: who takes which rows, and with what.</summary>
internal sealed unsafe class PerceptronJob : IDisposable
{
    /// <summary>Less is not worth another thread: it takes about as long as to wake it.</summary>
    private const long MultiplyAddsOfWorker = 2_000_000;

    private const int Alignment = 64;

    private readonly long _batch;
    private readonly float* _scratch;

    /// <summary>Cuts the batch into chunks of rows, and copies the weights.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="batch">B.</param>
    /// <param name="threads">How many threads may work.</param>
    /// <param name="weights">Where W_l and b_l lie, in turn.</param>
    /// <param name="backward">Whether the way is back.</param>
    public PerceptronJob(PerceptronShape shape, long batch, int threads, ReadOnlySpan<nint> weights, bool backward)
    {
        (Shape, _batch) = (shape, batch);
        Workers = (int)Math.Clamp(shape.MultiplyAdds * batch / MultiplyAddsOfWorker, 1, Math.Min(threads, batch));

        // As many chunks for each worker, of nearly the same size.
        Chunks = (int)Math.Min(batch, Workers * ((batch + Workers * shape.ChunkRows - 1) / (Workers * shape.ChunkRows)));
        ChunkRows = (int)((batch + Chunks - 1) / Chunks);
        Weights = new PerceptronWeights(shape, weights, backward);
        _scratch = (float*)NativeMemory.AlignedAlloc((nuint)(2 * ScratchNumbers * Workers) * sizeof(float), Alignment);
    }

    /// <summary>Sizes.</summary>
    public PerceptronShape Shape { get; }

    /// <summary>How many threads work.</summary>
    public int Workers { get; }

    /// <summary>How many chunks there are.</summary>
    public int Chunks { get; }

    /// <summary>The most rows of a chunk.</summary>
    public int ChunkRows { get; }

    /// <summary>The weights' copies.</summary>
    public PerceptronWeights Weights { get; }

    private long ScratchNumbers => (long)Shape.Planes * ChunkRows * Shape.Padded.Max();

    /// <summary>Room for one array of a worker's chunk, [P, rows, the largest width]; there are two.</summary>
    public float* Scratch(int worker, int number) => _scratch + (2 * worker + number) * ScratchNumbers;

    /// <summary>Calls work with the worker, the chunk, its first row and how many it has, and whether it is the worker's first.</summary>
    public void Run(ChunkWork work) => KernelThreads.Run(Workers, worker =>
    {
        var (first, end) = (Part(Chunks, worker, Workers), Part(Chunks, worker + 1, Workers));
        for (var chunk = first; chunk < end; chunk++)
        {
            var row = Part(_batch, chunk, Chunks);
            work(worker, (int)chunk, row, (int)(Part(_batch, chunk + 1, Chunks) - row), chunk == first);
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        NativeMemory.AlignedFree(_scratch);
    }

    /// <summary>Where part i of n begins.</summary>
    private static long Part(long count, long i, long n) => count * i / n;
}

/// <summary>Takes a chunk of rows through a perceptron.</summary>
internal delegate void ChunkWork(int worker, int chunk, long row, int rows, bool isFirst);
