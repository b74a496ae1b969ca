namespace FFF.Graphs;

/// <summary>A summary network that can be written as a graph of operators.</summary>
internal interface IGraphEmbedding
{
    /// <summary>The summary, [B, E], without tangents.</summary>
    /// <param name="condition">[B, C] without tangents.</param>
    GraphDual Forward(GraphDual condition);
}
