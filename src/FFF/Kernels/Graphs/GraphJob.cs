using System.Runtime.InteropServices;

namespace FFF.Kernels.Graphs;

/// <summary>Who does what in one pass: each worker takes a range of the chunks, one after the other, with memory of its own.</summary>
internal sealed unsafe class GraphJob : IDisposable
{
    private readonly int _batch;
    private readonly float* _copies;
    private readonly ChunkMemory[] _memories;

    /// <summary>Cuts the graphs into chunks, copies the weights as the way forward reads them, and reserves memory.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="batch">B, all graphs.</param>
    /// <param name="threads">How many threads may work.</param>
    /// <param name="weights">Where the weights lie, in the order of <see cref="LayerWeights.Of"/>; they must stay there.</param>
    /// <param name="backward">Whether the way is back.</param>
    public GraphJob(KernelShape shape, int batch, int threads, ReadOnlySpan<nint> weights, bool backward)
    {
        (Shape, _batch) = (shape, batch);
        Workers = Math.Max(1, Math.Min(threads, batch));

        // As many chunks for each worker, of nearly the same size.
        Chunks = Math.Min(batch, Workers * ((batch + Workers * shape.ChunkGraphs - 1) / (Workers * shape.ChunkGraphs)));
        ChunkGraphs = (batch + Chunks - 1) / Chunks;
        Weights = LayerWeights.Of(shape, weights);
        _copies = (float*)NativeMemory.AlignedAlloc((nuint)(PreparedWeights.Numbers(shape.Width) * Weights.Length) * sizeof(float), 64);
        Prepared = new PreparedWeights[Weights.Length];
        for (var layer = 0; layer < Weights.Length; layer++)
        {
            Prepared[layer] = PreparedWeights.At(_copies, layer, shape.Width);
            Prepared[layer].Fill(Weights[layer], shape.Width);
        }

        _memories = [.. Enumerable.Range(0, Workers).Select(_ => new ChunkMemory(shape, ChunkGraphs, backward))];
    }

    /// <summary>Sizes.</summary>
    public KernelShape Shape { get; }

    /// <summary>How many threads work.</summary>
    public int Workers { get; }

    /// <summary>How many chunks there are.</summary>
    public int Chunks { get; }

    /// <summary>The most graphs of a chunk.</summary>
    public int ChunkGraphs { get; }

    /// <summary>The weights of all blocks' layers.</summary>
    public LayerWeights[] Weights { get; }

    /// <summary>Copies of them.</summary>
    public PreparedWeights[] Prepared { get; }

    /// <summary>
    /// Takes every chunk's nodes from one place to another, calling work with the worker, the chunk, how many graphs it has and
    /// the worker's memory in between.
    /// </summary>
    public void Run(NodeArrays from, NodeArrays to, Action<int, int, int, ChunkMemory> work) => KernelThreads.Run(Workers, worker =>
    {
        var memory = _memories[worker];
        for (var chunk = Part(Chunks, worker, Workers); chunk < Part(Chunks, worker + 1, Workers); chunk++)
        {
            var first = Part(_batch, chunk, Chunks);
            var graphs = Part(_batch, chunk + 1, Chunks) - first;
            from.Gather(Shape, _batch, first, graphs, memory);
            work(worker, chunk, graphs, memory);
            to.Scatter(Shape, _batch, first, graphs, memory);
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_copies);
        Array.ForEach(_memories, m => m.Dispose());
    }

    /// <summary>Where part i of n begins.</summary>
    private static int Part(int count, int i, int n) => (int)((long)count * i / n);
}
