namespace FFF.Kernels.Graphs;

/// <summary>The sizes that the fused pass through a graph network's blocks depends on.</summary>
/// <param name="Nodes">N.</param>
/// <param name="Dimensions">d.</param>
/// <param name="Width">H.</param>
/// <param name="Planes">P = 1 + K: the value and its tangents, one after the other in every array.</param>
/// <param name="Blocks">How many blocks.</param>
/// <param name="Sublayers">How many times a block passes messages.</param>
/// <param name="Attention">Whether messages are weighted.</param>
/// <param name="SharedMessages">Whether positions are updated by the last messages of a block, not by a perceptron of their own.</param>
/// <param name="NormConstant">c.</param>
/// <param name="Scale">What sums over neighbours are multiplied by.</param>
/// <param name="MoveBound">R, where what an edge moves its node by is R tanh(φ / R); 0 for φ itself.</param>
/// <param name="MovesLast">Whether the last block moves the nodes; where their features alone are asked for, it need not.</param>
internal sealed record KernelShape(
    int Nodes, int Dimensions, int Width, int Planes, int Blocks, int Sublayers, bool Attention, bool SharedMessages, float NormConstant, float Scale,
    float MoveBound, bool MovesLast)
{
    /// <summary>E = N(N − 1), edges of a graph.</summary>
    public int Edges => Nodes * (Nodes - 1);

    /// <summary>Numbers of a graph's h.</summary>
    public int NodeNumbers => Nodes * Width;

    /// <summary>Numbers of a graph's x.</summary>
    public int PositionNumbers => Nodes * Dimensions;

    /// <summary>A block's layers: its message passings and the update of positions.</summary>
    public int BlockLayers => Sublayers + 1;

    /// <summary>Whether a block moves the nodes.</summary>
    public bool Moves(int block) => MovesLast || block < Blocks - 1;

    /// <summary>Those of a block's layers that are passes of their own.</summary>
    public int Layers(int block) => Moves(block) && !SharedMessages ? BlockLayers : Sublayers;

    /// <summary>Whether a block's message passing also moves the nodes.</summary>
    public bool MovesByMessages(int block, int layer) => SharedMessages && Moves(block) && layer == Sublayers - 1;

    /// <summary>Graphs that are taken through all blocks at once.</summary>
    public int ChunkGraphs => ChunkPlan.AtOnce(Planes * Edges * Width);
}
