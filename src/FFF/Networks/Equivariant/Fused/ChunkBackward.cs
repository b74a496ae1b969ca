using FFF.Autodiff;

namespace FFF.Networks.Equivariant.Fused;

/// <summary>The way of a chunk of graphs back through all blocks.</summary>
internal static unsafe class ChunkBackward
{
    /// <summary>Replaces ∂h and ∂x in memory, those of the result, by those of what went in; adds to the parameters' gradients.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="parameters">Where the parameters lie.</param>
    /// <param name="gradients">Where their gradients lie.</param>
    /// <param name="prepared">All layers' <see cref="PreparedWeights"/>.</param>
    /// <param name="memory">The worker's arrays.</param>
    /// <param name="tapes">What each block left on the way forward.</param>
    /// <param name="ofWeights">Whether the gradients of weight matrices are asked for.</param>
    public static void Run(
        KernelShape shape, int graphs, ReadOnlySpan<nint> parameters, ReadOnlySpan<nint> gradients, float* prepared, ChunkMemory memory, ReadOnlySpan<nint> tapes, bool ofWeights)
    {
        var edges = shape.Planes * graphs * shape.Edges;
        EdgeDistances.Forward(shape, graphs, (float*)tapes[0], memory.Initial, null);
        new Span<float>(memory.GradInitial, edges).Clear();
        for (var block = shape.Blocks - 1; block >= 0; block--)
        {
            var x = (float*)tapes[block];
            EdgeDistances.Forward(shape, graphs, x, memory.R, memory.Directions);
            new Span<float>(memory.GradR, edges).Clear();
            for (var layer = shape.BlockLayers - 1; layer >= 0; layer--)
            {
                var weights = PreparedWeights.At(prepared, block * shape.BlockLayers + layer, shape.Width);
                var first = shape.FirstParameter(block, layer);
                var layerParameters = parameters[first..];
                var layerGradients = gradients[first..];
                var kept = Tape.Of(shape, x, graphs, layer);
                if (layer < shape.Sublayers)
                {
                    Nodes(shape, graphs, layerParameters, layerGradients, memory, kept, ofWeights);
                }
                else
                {
                    EdgeMoves.Backward(shape, graphs, kept.Second, (float*)layerParameters[3], (float*)layerParameters[4], memory.Directions, memory.X,
                        memory.GradSecond, (float*)layerGradients[3], (float*)layerGradients[4], memory.GradDirections);
                }

                Edges(shape, graphs, layerParameters, layerGradients, weights, memory, kept, ofWeights);
            }

            EdgeDistances.Backward(shape, graphs, x, memory.GradR, memory.GradDirections, memory.X);
        }

        EdgeDistances.Backward(shape, graphs, (float*)tapes[0], memory.GradInitial, null, memory.X);
    }

    private static void Nodes(
        KernelShape shape, int graphs, ReadOnlySpan<nint> parameters, ReadOnlySpan<nint> gradients, ChunkMemory memory, in Tape tape, bool ofWeights)
    {
        var (width, nodes) = (shape.Width, graphs * shape.Nodes);
        var rows = shape.Planes * nodes;
        var first = (float*)parameters[4];
        var second = (float*)parameters[6];

        // h + W₄ a(u) + b₄
        DualSilu.Forward(new(tape.Hidden, rows * width), new(memory.Hidden, rows * width), nodes * width);
        Rows.Sum(memory.H, width, nodes, (float*)gradients[7], width);
        if (ofWeights)
        {
            PanelProduct.Multiply(memory.H, 1, width, memory.Hidden, width, (float*)gradients[6], width, width, width, rows, accumulate: true);
        }

        PanelProduct.Multiply(memory.H, width, 1, second, width, memory.GradHidden, width, rows, width, width, accumulate: false);
        DualSilu.Backward(new(tape.Hidden, rows * width), new(memory.GradHidden, rows * width), new(memory.Hidden, rows * width), nodes * width);

        // u = W₃ [h, Σ] + b₃, of which memory.Hidden now holds the gradient
        Rows.Sum(memory.Hidden, width, nodes, (float*)gradients[5], width);
        if (ofWeights)
        {
            PanelProduct.Multiply(memory.Hidden, 1, width, tape.H, width, (float*)gradients[4], 2 * width, width, width, rows, accumulate: true);
            PanelProduct.Multiply(memory.Hidden, 1, width, tape.Sum, width, (float*)gradients[4] + width, 2 * width, width, width, rows, accumulate: true);
        }

        PanelProduct.Multiply(memory.Hidden, width, 1, first, 2 * width, memory.H, width, rows, width, width, accumulate: true);
        PanelProduct.Multiply(memory.Hidden, width, 1, first + width, 2 * width, memory.GradSum, width, rows, width, width, accumulate: false);

        var (attention, bias, gradAttention, gradBias) = shape.Attention ? (parameters[8], parameters[9], gradients[8], gradients[9]) : (0, 0, 0, 0);
        float unused = 0;
        EdgeMessages.Backward(shape, graphs, tape.Second, (float*)parameters[3], (float*)attention, shape.Attention ? *(float*)bias : 0, memory.GradSum,
            memory.GradSecond, (float*)gradients[3], (float*)gradAttention, shape.Attention ? (float*)gradBias : &unused, memory.Row);
    }

    private static void Edges(
        KernelShape shape, int graphs, ReadOnlySpan<nint> parameters, ReadOnlySpan<nint> gradients, in PreparedWeights weights, ChunkMemory memory, in Tape tape,
        bool ofWeights)
    {
        var (width, nodes, edges) = (shape.Width, graphs * shape.Nodes, graphs * shape.Edges);
        var (rows, edgeRows) = (shape.Planes * nodes, shape.Planes * edges);
        var first = (float*)parameters[0];
        var second = (float*)parameters[2];
        var gradFirst = (float*)gradients[0];
        var gradSecond = (float*)gradients[2];
        var stride = 2 * width + 2;

        // h₂ = W₂ s
        var inputs = new EdgeInputs(memory.R, memory.Initial, weights.Distance, weights.Initial);
        if (ofWeights)
        {
            EdgeFirstLayer.Forward(shape, graphs, tape.Nodes, inputs, memory.First);
            PanelProduct.Multiply(memory.GradSecond, 1, width, memory.First, width, gradSecond, width, width, width, edgeRows, accumulate: true);
        }

        PanelProduct.Multiply(memory.GradSecond, width, 1, second, width, memory.GradFirst, width, edgeRows, width, width, accumulate: false);

        // s = a(A_i + C_j + r w_r + r⁰ w_0)
        new Span<float>(memory.GradNodes, rows * 2 * width).Clear();
        new Span<float>(memory.GradDistanceWeights, 2 * width).Clear();
        var gradInputs = new EdgeInputs(memory.GradR, memory.GradInitial, memory.GradDistanceWeights, memory.GradDistanceWeights + width);
        EdgeFirstLayer.Backward(shape, graphs, tape.Nodes, inputs, memory.GradFirst, memory.GradNodes, gradInputs);
        for (var o = 0; o < width; o++)
        {
            gradFirst[o * stride + 2 * width] += memory.GradDistanceWeights[o];
            gradFirst[o * stride + 2 * width + 1] += memory.GradDistanceWeights[width + o];
        }

        // A = W_i h + b₁, C = W_j h
        Rows.Sum(memory.GradNodes, 2 * width, nodes, (float*)gradients[1], width);
        for (var part = 0; part < 2; part++)
        {
            var grad = memory.GradNodes + part * width;
            var offset = part * width;
            if (ofWeights)
            {
                PanelProduct.Multiply(grad, 1, 2 * width, tape.H, width, gradFirst + offset, stride, width, width, rows, accumulate: true);
            }

            PanelProduct.Multiply(grad, 2 * width, 1, first + offset, stride, memory.H, width, rows, width, width, accumulate: true);
        }
    }
}
