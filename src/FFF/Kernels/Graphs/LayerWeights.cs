namespace FFF.Kernels.Graphs;

/// <summary>
/// Where one layer's weights lie, or the gradients of them: of a message passing, or of the update of positions. Matrices are
/// [out, in], as in a linear layer.
/// </summary>
internal readonly unsafe struct LayerWeights
{
    /// <summary>
    /// W_i, of an edge's own node, [H, H]. Its rows, and those of the next three, are <see cref="Stride"/> apart: they are W₁ = [W_i W_j w_r w_0].
    /// </summary>
    public readonly float* Own;

    /// <summary>W_j, of its other node, [H, H].</summary>
    public readonly float* Other;

    /// <summary>w_r, of the squared distance, [H].</summary>
    public readonly float* Distance;

    /// <summary>w_0, of the squared distance at the network's input, [H].</summary>
    public readonly float* Initial;

    /// <summary>b₁, [H].</summary>
    public readonly float* FirstBias;

    /// <summary>W₂, [H, H].</summary>
    public readonly float* Second;

    /// <summary>b₂, [H].</summary>
    public readonly float* SecondBias;

    /// <summary>w₃, what an edge's number is read out with, [H]; of the update of positions alone, null in a message passing.</summary>
    public readonly float* Readout;

    /// <summary>W₃ of the nodes' perceptron, which takes [h, Σ], [H, 2H]; null in an update of positions, like all that follow.</summary>
    public readonly float* NodeFirst;

    /// <summary>b₃, [H].</summary>
    public readonly float* NodeFirstBias;

    /// <summary>W₄, [H, H].</summary>
    public readonly float* NodeSecond;

    /// <summary>b₄, [H].</summary>
    public readonly float* NodeSecondBias;

    /// <summary>w, which messages are weighted with, [H]; null without attention.</summary>
    public readonly float* Attention;

    /// <summary>b, the weights' bias, [1]; null without attention.</summary>
    public readonly float* AttentionBias;

    /// <summary>An update of positions that reads messages: their weights, and its own to read with.</summary>
    private LayerWeights(ref ReadOnlySpan<nint> rest, in LayerWeights messages)
    {
        this = messages;
        Readout = Next(ref rest);
    }

    private LayerWeights(ref ReadOnlySpan<nint> rest, KernelShape shape, bool isUpdate)
    {
        Own = Next(ref rest);
        Other = Own + shape.Width;
        Distance = Other + shape.Width;
        Initial = Distance + 1;
        FirstBias = Next(ref rest);
        Second = Next(ref rest);
        SecondBias = Next(ref rest);
        if (isUpdate)
        {
            Readout = Next(ref rest);
            return;
        }

        NodeFirst = Next(ref rest);
        NodeFirstBias = Next(ref rest);
        NodeSecond = Next(ref rest);
        NodeSecondBias = Next(ref rest);
        if (shape.Attention)
        {
            Attention = Next(ref rest);
            AttentionBias = Next(ref rest);
        }
    }

    /// <summary>From one row of W₁ to the next.</summary>
    /// <param name="width">H.</param>
    public static int Stride(int width) => 2 * width + 2;

    /// <summary>The layers of all blocks: of each its message passings, then the update of positions.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="addresses">
    /// Where each of them begins: W₁, b₁, W₂, b₂, W₃, b₃, W₄, b₄ and, with attention, w, b of a message passing; W₁, b₁, W₂, b₂,
    /// w₃ of an update of positions, or w₃ alone where it reads messages.
    /// </param>
    public static LayerWeights[] Of(KernelShape shape, ReadOnlySpan<nint> addresses)
    {
        var layers = new LayerWeights[shape.Blocks * shape.BlockLayers];
        for (var i = 0; i < layers.Length; i++)
        {
            var isUpdate = i % shape.BlockLayers == shape.Sublayers;
            layers[i] = isUpdate && shape.SharedMessages
                ? new LayerWeights(ref addresses, layers[i - 1])
                : new LayerWeights(ref addresses, shape, isUpdate);
        }

        return layers;
    }

    private static float* Next(ref ReadOnlySpan<nint> rest)
    {
        var next = (float*)rest[0];
        rest = rest[1..];
        return next;
    }
}
