using System.Runtime.InteropServices;

namespace FFF.Kernels.Graphs;

/// <summary>One pass over all graphs: each worker takes its chunks with memory of its own.</summary>
internal sealed unsafe class GraphJob : IDisposable
{
    private readonly ChunkPlan _plan;
    private readonly float* _copies;
    private readonly ChunkMemory[] _memories;

    /// <summary>Copies the weights as the way forward reads them, and reserves memory.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="plan">How the graphs are cut into chunks, and how many threads share them.</param>
    /// <param name="weights">Where the weights lie, in the order of <see cref="LayerWeights.Of"/>; they must stay there.</param>
    /// <param name="backward">Whether the way is back.</param>
    public GraphJob(KernelShape shape, ChunkPlan plan, ReadOnlySpan<nint> weights, bool backward)
    {
        (Shape, _plan) = (shape, plan);
        Weights = LayerWeights.Of(shape, weights);
        _copies = (float*)NativeMemory.AlignedAlloc((nuint)(PreparedWeights.Numbers(shape.Width) * Weights.Length) * sizeof(float), 64);
        Prepared = new PreparedWeights[Weights.Length];
        for (var layer = 0; layer < Weights.Length; layer++)
        {
            Prepared[layer] = PreparedWeights.At(_copies, layer, shape.Width);
            Prepared[layer].Fill(Weights[layer], shape.Width);
        }

        _memories = [.. Enumerable.Range(0, plan.Workers).Select(_ => new ChunkMemory(shape, plan.Largest, backward))];
    }

    /// <summary>Sizes.</summary>
    public KernelShape Shape { get; }

    /// <summary>The weights of all blocks' layers.</summary>
    public LayerWeights[] Weights { get; }

    /// <summary>Copies of them.</summary>
    public PreparedWeights[] Prepared { get; }

    /// <summary>
    /// Takes every chunk's nodes from one place to another, calling work with the worker, the chunk, how many graphs it has and
    /// the worker's memory in between.
    /// </summary>
    public void Run(NodeArrays from, NodeArrays to, Action<int, int, int, ChunkMemory> work) => _plan.Run((worker, chunk, first, graphs) =>
    {
        var memory = _memories[worker];
        from.Gather(Shape, _plan.Batch, first, graphs, memory);
        work(worker, chunk, graphs, memory);
        to.Scatter(Shape, _plan.Batch, first, graphs, memory);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_copies);
        Array.ForEach(_memories, m => m.Dispose());
    }
}
