namespace FFF.Kernels.Graphs;

/// <summary>
/// Copies of one layer's weights as the way forward reads them, rows for inputs and columns for outputs. A layer is a
/// message passing or the update of positions, which has no perceptron for nodes.
/// </summary>
internal readonly unsafe struct PreparedWeights
{
    /// <summary>[W_iᵀ W_jᵀ], [H, 2H].</summary>
    public readonly float* Nodes;

    /// <summary>w_r, [H].</summary>
    public readonly float* Distance;

    /// <summary>w_0, [H].</summary>
    public readonly float* Initial;

    /// <summary>W₂ᵀ, [H, H].</summary>
    public readonly float* Second;

    /// <summary>The transposed first layer of the nodes' perceptron, [2H, H].</summary>
    public readonly float* NodeFirst;

    /// <summary>Its second layer, transposed, [H, H].</summary>
    public readonly float* NodeSecond;

    private PreparedWeights(float* memory, int width)
    {
        Nodes = memory;
        Distance = Nodes + 2 * width * width;
        Initial = Distance + width;
        Second = Initial + width;
        NodeFirst = Second + width * width;
        NodeSecond = NodeFirst + 2 * width * width;
    }

    /// <summary>Numbers of one layer's copies.</summary>
    public static int Numbers(int width) => width * (6 * width + 2);

    /// <summary>Where a layer's copies lie.</summary>
    /// <param name="memory">All layers' copies.</param>
    /// <param name="layer">The layer's number among all blocks'.</param>
    /// <param name="width">H.</param>
    public static PreparedWeights At(float* memory, int layer, int width) => new(memory + (long)layer * Numbers(width), width);

    /// <summary>Fills them.</summary>
    /// <param name="weights">The layer's weights.</param>
    /// <param name="width">H.</param>
    public void Fill(in LayerWeights weights, int width)
    {
        var stride = LayerWeights.Stride(width);
        for (var o = 0; o < width; o++)
        {
            for (var i = 0; i < width; i++)
            {
                Nodes[(long)i * 2 * width + o] = weights.Own[(long)o * stride + i];
                Nodes[(long)i * 2 * width + width + o] = weights.Other[(long)o * stride + i];
            }

            (Distance[o], Initial[o]) = (weights.Distance[o * stride], weights.Initial[o * stride]);
        }

        Transposition.Of(weights.Second, width, width, Second, width);
        if (weights.NodeFirst != null)
        {
            Transposition.Of(weights.NodeFirst, width, 2 * width, NodeFirst, width);
            Transposition.Of(weights.NodeSecond, width, width, NodeSecond, width);
        }
    }
}
