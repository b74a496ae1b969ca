using FFF.Autodiff;
using FFF.Kernels;
using FFF.Kernels.Gpu;
using FFF.Kernels.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>What the blocks do, one operation after the other.</summary>
internal delegate (Dual H, Dual X) BlocksComposed(Dual h, Dual x);

/// <summary>
/// All blocks of an equivariant graph network on node features and positions with their tangents, as one node of the
/// autograd graph. A few graphs at a time are taken through all blocks, so that what is computed stays in the cache, and the
/// threads share the graphs.
/// </summary>
/// <remarks>
/// For float32 on a CPU. Composed of libtorch's operations, most of a step is passes over edge tensors in memory; here a
/// message passing has two beside its product, and what they compute of each edge is hardly ever written down. Where the
/// gradient is to be differentiated again, the way back is composed of libtorch's operations.
/// </remarks>
internal sealed class FusedBlocks : autograd.MultiTensorFunction<FusedBlocks>
{
    private const string ShapeKey = "shape";
    private const string ComposedKey = "composed";

    /// <inheritdoc/>
    public override string Name => nameof(FusedBlocks);

    /// <summary>Whether these values can take this way.</summary>
    public static bool Fits(EquivariantOptions config, Dual h, Dual x) =>
        x.Value.dim() == 3 && x.Value.shape[1] > 1 && x.Value.shape[2] <= EdgeDistances.MaxDimensions
        && h.Value.dtype == ScalarType.Float32 && x.Value.dtype == ScalarType.Float32
        && ((DeviceKernels.Of(x.Value.device) is not null && DevicePasses.Fits(Shape(config, h, x, movesLast: true), x.Value.shape[0]))
            || (x.Value.device_type == DeviceType.CPU && FusedKernels.AreUsed && config.Width > 1));

    /// <summary>New node features, [B, N, H], and positions, [B, N, d], with tangents where there were some.</summary>
    /// <param name="config">The network.</param>
    /// <param name="h">Node features.</param>
    /// <param name="x">Positions.</param>
    /// <param name="movesLast">Whether the last block has to move them; without it, positions are not to be used.</param>
    /// <param name="parameters">All blocks' parameters, in the order of <see cref="EquivariantBlock.Parameters"/>.</param>
    /// <param name="composed">The same, composed.</param>
    public static (Dual H, Dual X) Of(
        EquivariantOptions config, Dual h, Dual x, bool movesLast, IEnumerable<Tensor> parameters, BlocksComposed composed)
    {
        var shape = Shape(config, h, x, movesLast);
        var (nodes, positions, weights) = (Planes.Join(h, shape.Planes - 1), Planes.Join(x, shape.Planes - 1), parameters.ToArray());
        if (is_grad_enabled())
        {
            var results = apply([shape, composed, nodes, positions, .. weights]);
            return (Planes.Split(results[0]), Planes.Split(results[1]));
        }

        var (newNodes, newPositions, _) = Forward(shape, nodes, positions, weights, keepTape: false);
        return (Planes.Split(newNodes), Planes.Split(newPositions));
    }

    private static KernelShape Shape(EquivariantOptions config, Dual h, Dual x, bool movesLast) => new(
        (int)x.Value.shape[1], (int)x.Value.shape[2], config.Width, 1 + (int)((h.Tangent ?? x.Tangent)?.shape[0] ?? 0), config.Blocks, config.Sublayers,
        config.Attention, config.SharedMessages, (float)config.NormConstant, (float)(1 / config.NormalizationFactor),
        (float)(config.MoveBound ?? 0), movesLast);

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (shape, nodes, positions, weights) = ((KernelShape)vars[0], (Tensor)vars[2], (Tensor)vars[3], vars[4..].Cast<Tensor>().ToArray());
        var (newNodes, newPositions, tapes) = Forward(shape, nodes, positions, weights, keepTape: true);
        ctx.save_data(ShapeKey, shape);
        ctx.save_data(ComposedKey, vars[1]);
        ctx.Save(vars.Length, [nodes, positions, .. weights], tapes);
        return [newNodes, newPositions];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => ctx.Back((inputs, tapes, ofWeights) =>
    {
        var gradients = is_grad_enabled()
            ? Composed((BlocksComposed)ctx.get_data(ComposedKey), inputs, grad_outputs)
            : Backward((KernelShape)ctx.get_data(ShapeKey), tapes, inputs[2..], grad_outputs[0].contiguous(), grad_outputs[1].contiguous(), ofWeights);
        return [null!, null!, .. gradients];
    });

    private static (Tensor Nodes, Tensor Positions, Tensor[] Tapes) Forward(KernelShape shape, Tensor nodes, Tensor positions,
        Tensor[] weights, bool keepTape) =>
            DeviceKernels.Of(nodes.device) is { } kernels
                ? new DevicePasses(kernels, shape, nodes.shape[1]).Forward(nodes, positions, weights, keepTape)
                : FusedPasses.Forward(shape, nodes, positions, weights, keepTape);

    private static Tensor[] Backward(KernelShape shape, Tensor[] tapes, Tensor[] weights, Tensor gradNodes, Tensor gradPositions, bool ofWeights) =>
        DeviceKernels.Of(gradNodes.device) is { } kernels
            ? new DevicePasses(kernels, shape, gradNodes.shape[1]).Backward(tapes, weights, gradNodes, gradPositions, ofWeights)
            : FusedPasses.Backward(shape, tapes, weights, gradNodes, gradPositions, ofWeights);

    /// <summary>The gradients of those inputs that have one, with a graph of their own.</summary>
    private static Tensor[] Composed(BlocksComposed composed, Tensor[] inputs, List<Tensor> gradOutputs)
    {
        // Of the inputs themselves, parameters among them, nothing may be accumulated here.
        inputs = [.. inputs.Select(t => t.view_as(t))];
        var (h, x) = composed(Planes.Split(inputs[0]), Planes.Split(inputs[1]));
        var outputs = new[] { h, x }.Select(y => Planes.Join(y, y.Tangent?.shape[0] ?? 0)).ToArray();
        var differentiable = inputs.Where(t => t.requires_grad).ToArray();
        var gradients = new Queue<Tensor?>(VectorJacobian.Of(outputs, differentiable, [.. gradOutputs], createGraph: true));
        return [.. inputs.Select(t => t.requires_grad ? gradients.Dequeue()! : null!)];
    }
}
