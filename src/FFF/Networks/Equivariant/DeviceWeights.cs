using FFF.Kernels.Graphs;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>One layer's weights as tensors: of a message passing, or of the update of positions. Matrices are [out, in].</summary>
internal sealed record DeviceWeights
{
    /// <summary>[W_i; W_j], of an edge's own node and of its other one, [2H, H].</summary>
    public required Tensor Nodes { get; init; }

    /// <summary>[w_r w_0], of the squared distances now and at the network's input, [H, 2], a view of W₁.</summary>
    public required Tensor Edges { get; init; }

    /// <summary>From one row of <see cref="Edges"/> to the next.</summary>
    public required long Stride { get; init; }

    /// <summary>b₁, [H].</summary>
    public required Tensor FirstBias { get; init; }

    /// <summary>W₂, [H, H].</summary>
    public required Tensor Second { get; init; }

    /// <summary>b₂, [H].</summary>
    public required Tensor SecondBias { get; init; }

    /// <summary>w₃, [1, H]; of the update of positions alone, which has the weights of messages beside it where it reads those.</summary>
    public Tensor? Readout { get; init; }

    /// <summary>W₃ of the nodes' perceptron, which takes [h, Σ], [H, 2H]; null in an update of positions, like all that follow.</summary>
    public Tensor? NodeFirst { get; init; }

    /// <summary>b₃, [H].</summary>
    public Tensor? NodeFirstBias { get; init; }

    /// <summary>W₄, [H, H].</summary>
    public Tensor? NodeSecond { get; init; }

    /// <summary>b₄, [H].</summary>
    public Tensor? NodeSecondBias { get; init; }

    /// <summary>w, which messages are weighted with, [1, H]; null without attention.</summary>
    public Tensor? Attention { get; init; }

    /// <summary>b, [1]; null without attention.</summary>
    public Tensor? AttentionBias { get; init; }

    /// <summary>The layers of each block: its message passings, then the update of positions.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="weights">All blocks' parameters, in the order of <see cref="EquivariantBlock.Parameters"/>.</param>
    public static DeviceWeights[][] Of(KernelShape shape, Tensor[] weights)
    {
        var rest = new Queue<Tensor>(weights);
        return [.. Enumerable.Range(0, shape.Blocks).Select(_ =>
        {
            DeviceWeights[] messages = [.. Enumerable.Range(0, shape.Sublayers).Select(_ => Next(rest, shape, isUpdate: false))];
            var update = shape.SharedMessages ? messages[^1] with { Readout = rest.Dequeue() } : Next(rest, shape, isUpdate: true);
            return (DeviceWeights[])[.. messages, update];
        })];
    }

    private static DeviceWeights Next(Queue<Tensor> rest, KernelShape shape, bool isUpdate)
    {
        long width = shape.Width;
        var first = rest.Dequeue();
        var edge = new DeviceWeights
        {
            Nodes = cat([first.narrow(1, 0, width), first.narrow(1, width, width)], 0),
            Edges = first.narrow(1, 2 * width, 2),
            Stride = first.shape[1],
            FirstBias = rest.Dequeue(),
            Second = rest.Dequeue(),
            SecondBias = rest.Dequeue(),
        };
        if (isUpdate)
        {
            return edge with { Readout = rest.Dequeue() };
        }

        var message = edge with { NodeFirst = rest.Dequeue(), NodeFirstBias = rest.Dequeue(), NodeSecond = rest.Dequeue(), NodeSecondBias = rest.Dequeue() };
        return shape.Attention ? message with { Attention = rest.Dequeue(), AttentionBias = rest.Dequeue() } : message;
    }
}
