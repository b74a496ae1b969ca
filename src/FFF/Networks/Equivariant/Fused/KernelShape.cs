namespace FFF.Networks.Equivariant.Fused;

/// <summary>The sizes that the fused pass through a graph network's blocks depends on.</summary>
/// <param name="Nodes">N.</param>
/// <param name="Dimensions">d.</param>
/// <param name="Width">H.</param>
/// <param name="Planes">P = 1 + K: the value and its tangents, one after the other in every array.</param>
/// <param name="Blocks">How many blocks.</param>
/// <param name="Sublayers">How many times a block passes messages.</param>
/// <param name="Attention">Whether messages are weighted.</param>
/// <param name="NormConstant">c.</param>
/// <param name="Scale">What sums over neighbours are multiplied by.</param>
internal sealed record KernelShape(
    int Nodes, int Dimensions, int Width, int Planes, int Blocks, int Sublayers, bool Attention, float NormConstant, float Scale)
{
    /// <summary>Numbers of an edge array that a chunk of graphs holds at most, so that a few of them fit in a core's cache.</summary>
    private const int ChunkNumbers = 40_000;

    private const int UpdateParameters = 5;

    /// <summary>E = N(N − 1), edges of a graph.</summary>
    public int Edges => Nodes * (Nodes - 1);

    /// <summary>Parameters of a message passing.</summary>
    private int SublayerParameters => Attention ? 10 : 8;

    /// <summary>Parameters of a block.</summary>
    private int BlockParameters => Sublayers * SublayerParameters + UpdateParameters;

    /// <summary>Parameters of all blocks.</summary>
    public int Parameters => Blocks * BlockParameters;

    /// <summary>A block's layers: its message passings and the update of positions.</summary>
    public int BlockLayers => Sublayers + 1;

    /// <summary>Graphs that are taken through all blocks at once.</summary>
    public int ChunkGraphs => Math.Max(1, ChunkNumbers / (Planes * Edges * Width));

    /// <summary>The place of a layer's first parameter among all blocks'.</summary>
    public int FirstParameter(int block, int layer) => block * BlockParameters + layer * SublayerParameters;
}
