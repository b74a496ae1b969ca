using FFF.Kernels.Vectors;

namespace FFF.Kernels.Graphs;

/// <summary>The way of all graphs through all blocks and back, shared between threads.</summary>
internal static unsafe class BlocksKernel<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>h and x after the blocks, and what the way back needs.</summary>
    /// <param name="job">The weights and who does what.</param>
    /// <param name="given">h and x.</param>
    /// <param name="result">The new ones.</param>
    /// <param name="tapes">
    /// Room for what a chunk leaves in each block, <see cref="ChunkPlan.Largest"/> times <see cref="Tape.BlockNumbers"/> each:
    /// chunk by chunk; or, where there is no way back, one for each worker.
    /// </param>
    /// <param name="keepTape">Whether there will be a way back.</param>
    public static void Forward(GraphJob job, NodeArrays given, NodeArrays result, nint[] tapes, bool keepTape)
    {
        var blocks = job.Shape.Blocks;
        var places = keepTape ? tapes : [.. tapes.SelectMany(tape => Enumerable.Repeat(tape, blocks))];
        job.Run(given, result, (worker, chunk, graphs, memory) =>
            ChunkForward<V>.Run(job.Shape, graphs, job.Weights, job.Prepared, memory, places.AsSpan((keepTape ? chunk : worker) * blocks, blocks)));
    }

    /// <summary>∂h and ∂x of what went in; adds to the weights' gradients.</summary>
    /// <param name="job">The weights and who does what, the same as on the way forward.</param>
    /// <param name="given">∂ of the new h and x.</param>
    /// <param name="result">∂h and ∂x.</param>
    /// <param name="tapes">What the way forward left, chunk by chunk.</param>
    /// <param name="gradients">Where each worker's gradients of the weights lie, in the order of <see cref="LayerWeights.Of"/>.</param>
    /// <param name="ofWeights">Whether the gradients of weight matrices are asked for.</param>
    public static void Backward(GraphJob job, NodeArrays given, NodeArrays result, nint[] tapes, nint[][] gradients, bool ofWeights)
    {
        var blocks = job.Shape.Blocks;
        LayerWeights[][] places = [.. gradients.Select(own => LayerWeights.Of(job.Shape, own))];
        job.Run(given, result, (worker, chunk, graphs, memory) =>
            ChunkBackward<V>.Run(job.Shape, graphs, job.Weights, places[worker], job.Prepared, memory, tapes.AsSpan(chunk * blocks, blocks), ofWeights));
    }
}
