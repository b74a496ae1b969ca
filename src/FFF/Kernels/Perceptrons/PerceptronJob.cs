using System.Runtime.InteropServices;

namespace FFF.Kernels.Perceptrons;

/// <summary>A batch's way through a perceptron, or back: its weights, and memory for each worker.</summary>
internal sealed unsafe class PerceptronJob : IDisposable
{
    private const int Alignment = 64;

    private readonly float* _scratch;

    /// <summary>Copies the weights, and reserves memory.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="plan">How the rows are cut into chunks, and how many threads share them.</param>
    /// <param name="weights">Where W_l and b_l lie, in turn.</param>
    /// <param name="backward">Whether the way is back.</param>
    public PerceptronJob(PerceptronShape shape, ChunkPlan plan, ReadOnlySpan<nint> weights, bool backward)
    {
        (Shape, Plan) = (shape, plan);
        Weights = new PerceptronWeights(shape, weights, backward);
        _scratch = (float*)NativeMemory.AlignedAlloc((nuint)(2 * ScratchNumbers * plan.Workers) * sizeof(float), Alignment);
    }

    /// <summary>Sizes.</summary>
    public PerceptronShape Shape { get; }

    /// <summary>The chunks.</summary>
    public ChunkPlan Plan { get; }

    /// <summary>The weights' copies.</summary>
    public PerceptronWeights Weights { get; }

    private long ScratchNumbers => (long)Shape.Planes * Plan.Largest * Shape.Padded.Max();

    /// <summary>Room for one array of a worker's chunk, [P, rows, the largest width]; there are two.</summary>
    public float* Scratch(int worker, int number) => _scratch + (2 * worker + number) * ScratchNumbers;

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        NativeMemory.AlignedFree(_scratch);
    }
}
