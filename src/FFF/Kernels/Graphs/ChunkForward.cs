using FFF.Kernels.Vectors;

namespace FFF.Kernels.Graphs;

/// <summary>The way of a chunk of graphs through all blocks.</summary>
internal static unsafe class ChunkForward<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Replaces h and x in memory by what the blocks make of them.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="weights">All layers' weights.</param>
    /// <param name="prepared">Copies of them.</param>
    /// <param name="memory">The worker's arrays.</param>
    /// <param name="tapes">What each block leaves for the way back.</param>
    public static void Run(
        KernelShape shape, int graphs, ReadOnlySpan<LayerWeights> weights, ReadOnlySpan<PreparedWeights> prepared, ChunkMemory memory, ReadOnlySpan<nint> tapes)
    {
        var positions = shape.Planes * graphs * shape.Nodes * shape.Dimensions;
        EdgeDistances.Forward(shape, graphs, memory.X, memory.Initial, null);
        for (var block = 0; block < shape.Blocks; block++)
        {
            var tape = (float*)tapes[block];
            new Span<float>(memory.X, positions).CopyTo(new Span<float>(tape, positions));
            EdgeDistances.Forward(shape, graphs, memory.X, memory.R, memory.Directions);
            for (var layer = 0; layer < shape.Layers(block); layer++)
            {
                var place = block * shape.BlockLayers + layer;
                ref readonly var own = ref weights[place];
                var kept = Tape.Of(shape, tape, graphs, layer);
                Edges(shape, graphs, own, prepared[place], memory, kept);
                if (layer < shape.Sublayers)
                {
                    var readout = shape.MovesByMessages(block, layer) ? weights[place + 1].Readout : null;
                    EdgeMessages<V>.Forward(shape, graphs, kept.Second, own, kept.Sum, memory.Messages, readout, memory.Directions, memory.X);
                    Nodes(shape, graphs, own, prepared[place], memory, kept);
                }
                else
                {
                    EdgeMoves<V>.Forward(shape, graphs, kept.Second, own, memory.Directions, memory.X);
                }
            }
        }
    }

    /// <summary>h₂ = W₂ a(W₁ [h_i, h_j, r, r⁰] + b₁).</summary>
    private static void Edges(KernelShape shape, int graphs, in LayerWeights weights, in PreparedWeights prepared, ChunkMemory memory, in Tape tape)
    {
        var (width, nodes) = (shape.Width, graphs * shape.Nodes);
        new Span<float>(memory.H, shape.Planes * nodes * width).CopyTo(new Span<float>(tape.H, shape.Planes * nodes * width));
        PanelProduct<V>.Multiply(tape.H, width, 1, prepared.Nodes, 2 * width, tape.Nodes, 2 * width, shape.Planes * nodes, 2 * width, width, accumulate: false);
        Rows<V>.Add(tape.Nodes, 2 * width, nodes, weights.FirstBias, width);
        EdgeFirstLayer<V>.Forward(shape, graphs, tape.Nodes, new EdgeInputs(memory.R, memory.Initial, prepared.Distance, prepared.Initial), memory.First);
        PanelProduct<V>.Multiply(memory.First, width, 1, prepared.Second, width, tape.Second, width, shape.Planes * graphs * shape.Edges, width,
            width, accumulate: false);
    }

    /// <summary>h ← h + W₄ a(W₃ [h, Σ] + b₃) + b₄.</summary>
    private static void Nodes(KernelShape shape, int graphs, in LayerWeights weights, in PreparedWeights prepared, ChunkMemory memory, in Tape tape)
    {
        var (width, nodes) = (shape.Width, graphs * shape.Nodes);
        var rows = shape.Planes * nodes;
        PanelProduct<V>.Multiply(tape.H, width, 1, prepared.NodeFirst, width, tape.Hidden, width, rows, width, width, accumulate: false);
        PanelProduct<V>.Multiply(tape.Sum, width, 1, prepared.NodeFirst + width * width, width, tape.Hidden, width, rows, width, width, accumulate: true);
        Rows<V>.Add(tape.Hidden, width, nodes, weights.NodeFirstBias, width);
        DualSilu<V>.Forward(tape.Hidden, memory.Hidden, nodes * width, shape.Planes);
        PanelProduct<V>.Multiply(memory.Hidden, width, 1, prepared.NodeSecond, width, memory.H, width, rows, width, width, accumulate: true);
        Rows<V>.Add(memory.H, width, nodes, weights.NodeSecondBias, width);
    }
}
