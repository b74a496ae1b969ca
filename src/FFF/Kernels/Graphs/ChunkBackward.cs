using FFF.Kernels.Vectors;

namespace FFF.Kernels.Graphs;

/// <summary>The way of a chunk of graphs back through all blocks.</summary>
internal static unsafe class ChunkBackward<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Replaces ∂h and ∂x in memory, those of the result, by those of what went in; adds to the weights' gradients.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="weights">All layers' weights.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="prepared">Copies of the weights.</param>
    /// <param name="memory">The worker's arrays.</param>
    /// <param name="tapes">What each block left on the way forward.</param>
    /// <param name="ofWeights">Whether the gradients of weight matrices are asked for.</param>
    public static void Run(
        KernelShape shape, int graphs, ReadOnlySpan<LayerWeights> weights, ReadOnlySpan<LayerWeights> gradients, ReadOnlySpan<PreparedWeights> prepared,
        ChunkMemory memory, ReadOnlySpan<nint> tapes, bool ofWeights)
    {
        var edges = shape.Planes * graphs * shape.Edges;
        EdgeDistances.Forward(shape, graphs, (float*)tapes[0], memory.Initial, null);
        new Span<float>(memory.GradInitial, edges).Clear();
        for (var block = shape.Blocks - 1; block >= 0; block--)
        {
            var x = (float*)tapes[block];
            EdgeDistances.Forward(shape, graphs, x, memory.R, memory.Directions);
            new Span<float>(memory.GradR, edges).Clear();
            for (var layer = shape.Layers(block) - 1; layer >= 0; layer--)
            {
                var place = block * shape.BlockLayers + layer;
                ref readonly var own = ref weights[place];
                ref readonly var gradient = ref gradients[place];
                var kept = Tape.Of(shape, x, graphs, layer);
                if (layer < shape.Sublayers)
                {
                    var moves = shape.MovesByMessages(block, layer);
                    Nodes(shape, graphs, own, gradient, memory, kept, ofWeights);
                    EdgeMessages<V>.Backward(
                        shape, graphs, kept.Second, own, memory.GradSum, memory.GradSecond, gradient, memory.Messages,
                        moves ? weights[place + 1].Readout : null, moves ? gradients[place + 1].Readout : null,
                        memory.Directions, memory.X, memory.GradDirections);
                }
                else
                {
                    EdgeMoves<V>.Backward(
                        shape, graphs, kept.Second, own, memory.Directions, memory.X, memory.GradSecond, gradient, memory.GradDirections);
                }

                Edges(shape, graphs, own, gradient, prepared[place], memory, kept, ofWeights);
            }

            EdgeDistances.Backward(shape, graphs, x, memory.GradR, shape.Moves(block) ? memory.GradDirections : null, memory.X);
        }

        EdgeDistances.Backward(shape, graphs, (float*)tapes[0], memory.GradInitial, null, memory.X);
    }

    private static void Nodes(
        KernelShape shape, int graphs, in LayerWeights weights, in LayerWeights gradients, ChunkMemory memory, in Tape tape, bool ofWeights)
    {
        var (width, nodes) = (shape.Width, graphs * shape.Nodes);
        var rows = shape.Planes * nodes;

        // h + W₄ a(u) + b₄
        DualSilu<V>.Forward(tape.Hidden, memory.Hidden, nodes * width, shape.Planes);
        Rows<V>.Sum(memory.H, width, nodes, gradients.NodeSecondBias, width);
        if (ofWeights)
        {
            PanelProduct<V>.Multiply(memory.H, 1, width, memory.Hidden, width, gradients.NodeSecond, width, width, width, rows, accumulate: true);
        }

        PanelProduct<V>.Multiply(memory.H, width, 1, weights.NodeSecond, width, memory.GradHidden, width, rows, width, width, accumulate: false);
        DualSilu<V>.Backward(tape.Hidden, memory.GradHidden, memory.Hidden, nodes * width, shape.Planes);

        // u = W₃ [h, Σ] + b₃, of which memory.Hidden now holds the gradient
        Rows<V>.Sum(memory.Hidden, width, nodes, gradients.NodeFirstBias, width);
        if (ofWeights)
        {
            PanelProduct<V>.Multiply(memory.Hidden, 1, width, tape.H, width, gradients.NodeFirst, 2 * width, width, width, rows, accumulate: true);
            PanelProduct<V>.Multiply(memory.Hidden, 1, width, tape.Sum, width, gradients.NodeFirst + width, 2 * width, width, width, rows, accumulate: true);
        }

        PanelProduct<V>.Multiply(memory.Hidden, width, 1, weights.NodeFirst, 2 * width, memory.H, width, rows, width, width, accumulate: true);
        PanelProduct<V>.Multiply(memory.Hidden, width, 1, weights.NodeFirst + width, 2 * width, memory.GradSum, width, rows, width, width, accumulate: false);
    }

    private static void Edges(
        KernelShape shape, int graphs, in LayerWeights weights, in LayerWeights gradients, in PreparedWeights prepared, ChunkMemory memory, in Tape tape,
        bool ofWeights)
    {
        var (width, nodes, edges) = (shape.Width, graphs * shape.Nodes, graphs * shape.Edges);
        var (rows, edgeRows) = (shape.Planes * nodes, shape.Planes * edges);
        var stride = LayerWeights.Stride(width);

        // h₂ = W₂ s
        PanelProduct<V>.Multiply(memory.GradSecond, width, 1, weights.Second, width, memory.First, width, edgeRows, width, width, accumulate: false);

        // s = a(A_i + C_j + r w_r + r⁰ w_0)
        var inputs = new EdgeInputs(memory.R, memory.Initial, prepared.Distance, prepared.Initial);
        new Span<float>(memory.GradNodes, rows * 2 * width).Clear();
        new Span<float>(memory.GradDistanceWeights, 2 * width).Clear();
        var gradInputs = new EdgeInputs(memory.GradR, memory.GradInitial, memory.GradDistanceWeights, memory.GradDistanceWeights + width);
        EdgeFirstLayer<V>.Backward(shape, graphs, tape.Nodes, inputs, memory.First, memory.GradNodes, gradInputs);
        for (var o = 0; o < width; o++)
        {
            gradients.Distance[o * stride] += memory.GradDistanceWeights[o];
            gradients.Initial[o * stride] += memory.GradDistanceWeights[width + o];
        }

        if (ofWeights)
        {
            PanelProduct<V>.Multiply(memory.GradSecond, 1, width, memory.First, width, gradients.Second, width, width, width, edgeRows, accumulate: true);
        }

        // A = W_i h + b₁, C = W_j h
        Rows<V>.Sum(memory.GradNodes, 2 * width, nodes, gradients.FirstBias, width);
        NodeProduct(memory.GradNodes, weights.Own, gradients.Own, width, rows, tape.H, memory.H, ofWeights);
        NodeProduct(memory.GradNodes + width, weights.Other, gradients.Other, width, rows, tape.H, memory.H, ofWeights);
    }

    /// <summary>Adds to ∂W and ∂h of a product W h, which is one half of [A C].</summary>
    private static void NodeProduct(float* gradProduct, float* weight, float* gradWeight, int width, int rows, float* h, float* gradH, bool ofWeights)
    {
        var stride = LayerWeights.Stride(width);
        if (ofWeights)
        {
            PanelProduct<V>.Multiply(gradProduct, 1, 2 * width, h, width, gradWeight, stride, width, width, rows, accumulate: true);
        }

        PanelProduct<V>.Multiply(gradProduct, 2 * width, 1, weight, stride, gradH, width, rows, width, width, accumulate: true);
    }
}
