namespace FFF.Kernels.Graphs;

/// <summary>What a layer leaves in memory for the way back, one array after the other, each of P planes.</summary>
internal readonly unsafe struct Tape
{
    /// <summary>h before the layer, [P, G·N, H].</summary>
    public readonly float* H;

    /// <summary>[A C], [P, G·N, 2H].</summary>
    public readonly float* Nodes;

    /// <summary>h₂, [P, G·E, H].</summary>
    public readonly float* Second;

    /// <summary>Σ, [P, G·N, H]; not of an update of positions.</summary>
    public readonly float* Sum;

    /// <summary>u, before the activation in the nodes' perceptron, [P, G·N, H]; not of an update of positions.</summary>
    public readonly float* Hidden;

    private Tape(float* memory, long nodes, long edges)
    {
        H = memory;
        Nodes = H + nodes;
        Second = Nodes + 2 * nodes;
        Sum = Second + edges;
        Hidden = Sum + nodes;
    }

    /// <summary>Numbers that a graph leaves in one block: x, then the layers' arrays.</summary>
    public static long BlockNumbers(KernelShape shape) =>
        (long)shape.Planes * (shape.Nodes * shape.Dimensions + shape.Width
            * (shape.Sublayers * (5 * shape.Nodes + shape.Edges) + (shape.SharedMessages ? 0 : 3 * shape.Nodes + shape.Edges)));

    /// <summary>A block's layer.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="block">The block's numbers, [<see cref="BlockNumbers"/>·G].</param>
    /// <param name="graphs">G.</param>
    /// <param name="layer">The layer in the block.</param>
    public static Tape Of(KernelShape shape, float* block, int graphs, int layer)
    {
        var rows = (long)shape.Planes * graphs;
        var (nodes, edges) = (rows * shape.Nodes * shape.Width, rows * shape.Edges * shape.Width);
        return new(block + rows * shape.Nodes * shape.Dimensions + layer * (5 * nodes + edges), nodes, edges);
    }
}
