using FFF.Autodiff;
using FFF.Kernels;
using FFF.Kernels.Graphs;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>The kernel's passes through all blocks on tensors, whose memory it works in.</summary>
internal static unsafe class FusedPasses
{
    /// <summary>h and x after the blocks, and what the way back needs.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="nodes">h, [P, B, N, H].</param>
    /// <param name="positions">x, [P, B, N, d].</param>
    /// <param name="weights">All blocks' parameters, in the order of <see cref="EquivariantBlock.Parameters"/>.</param>
    /// <param name="keepTape">Whether there will be a way back.</param>
    /// <returns>h, x, and what each chunk leaves in each block, chunk by chunk; empty where there is no way back.</returns>
    public static (Tensor Nodes, Tensor Positions, Tensor[] Tapes) Forward(KernelShape shape, Tensor nodes, Tensor positions, Tensor[] weights, bool keepTape)
    {
        using var scope = NewDisposeScope();
        var (kernels, padding) = (FusedKernels.Chosen!, Padding(ref shape));
        (nodes, weights) = (padding.Features(nodes), [.. weights.Select(padding.Weight)]);
        var plan = ChunkPlan.Of((int)nodes.shape[1], get_num_threads(), shape.ChunkGraphs);
        using var job = new GraphJob(shape, plan, TensorMemory.Addresses(weights), backward: false);
        var (newNodes, newPositions) = (empty_like(nodes), empty_like(positions));
        var tapes = TapeMemory.Take(keepTape ? plan.Chunks * shape.Blocks : plan.Workers, plan.Largest * Tape.BlockNumbers(shape));
        kernels.BlocksForward(job, Arrays(nodes, positions), Arrays(newNodes, newPositions), TensorMemory.Addresses(tapes), keepTape);
        Keep([nodes, positions, .. weights]);
        return (padding.Cut(newNodes).MoveToOuterDisposeScope(), newPositions.MoveToOuterDisposeScope(),
            keepTape ? [.. tapes.Select(t => t.MoveToOuterDisposeScope())] : []);
    }

    /// <summary>∂h, ∂x and the parameters' gradients.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="tapes">What the way forward left, chunk by chunk.</param>
    /// <param name="weights">All blocks' parameters, in the order of <see cref="EquivariantBlock.Parameters"/>.</param>
    /// <param name="gradNodes">∂ of the new h, [P, B, N, H].</param>
    /// <param name="gradPositions">∂ of the new x, [P, B, N, d].</param>
    /// <param name="ofWeights">Whether the parameters' gradients are asked for; they are null if not.</param>
    public static Tensor[] Backward(KernelShape shape, Tensor[] tapes, Tensor[] weights, Tensor gradNodes, Tensor gradPositions, bool ofWeights)
    {
        using var scope = NewDisposeScope();
        var (kernels, padding) = (FusedKernels.Chosen!, Padding(ref shape));
        var given = weights;
        (gradNodes, weights) = (padding.Features(gradNodes), [.. weights.Select(padding.Weight)]);
        var plan = ChunkPlan.Again((int)gradNodes.shape[1], get_num_threads(), tapes.Length / shape.Blocks);
        using var job = new GraphJob(shape, plan, TensorMemory.Addresses(weights), backward: true);
        var (gradH, gradX) = (empty_like(gradNodes), empty_like(gradPositions));
        var gradWeights = zeros(plan.Workers, weights.Sum(w => w.numel()), dtype: float32);
        nint[][] gradients = [.. Enumerable.Range(0, plan.Workers).Select(worker => Places(weights, TensorMemory.Address(gradWeights[worker])))];
        kernels.BlocksBackward(job, Arrays(gradNodes, gradPositions), Arrays(gradH, gradX), TensorMemory.Addresses(tapes), gradients, ofWeights);
        Keep([gradNodes, gradPositions, gradWeights, .. tapes, .. weights]);
        gradH = padding.Cut(gradH);
        if (!ofWeights)
        {
            return [gradH.MoveToOuterDisposeScope(), gradX.MoveToOuterDisposeScope(), .. weights.Select(_ => (Tensor)null!)];
        }

        var total = plan.Workers == 1 ? gradWeights[0] : gradWeights.sum([0]);
        var parts = total.split([.. weights.Select(w => w.numel())]).Zip(weights, (g, w) => g.view(w.shape));
        return [.. parts.Zip(given, padding.CutWeight).Prepend(gradX).Prepend(gradH).Select(t => t.MoveToOuterDisposeScope())];
    }

    /// <summary>Makes the shape as wide as the kernels need it.</summary>
    private static WidthPadding Padding(ref KernelShape shape)
    {
        var (width, lanes) = (shape.Width, FusedKernels.Chosen!.Lanes);
        shape = shape with { Width = (width + lanes - 1) / lanes * lanes };
        return new(width, shape.Width);
    }

    private static NodeArrays Arrays(Tensor nodes, Tensor positions) => new((float*)TensorMemory.Address(nodes), (float*)TensorMemory.Address(positions));

    /// <summary>The addresses of these tensors were good up to here.</summary>
    private static void Keep(Tensor[] tensors) => GC.KeepAlive(tensors);

    /// <summary>Where each parameter's numbers lie in a buffer that holds them one after the other.</summary>
    private static nint[] Places(Tensor[] weights, nint start)
    {
        var places = new nint[weights.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = start;
            start += (nint)(weights[i].numel() * sizeof(float));
        }

        return places;
    }
}
