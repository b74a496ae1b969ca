namespace FFF.Graphs;

/// <summary>What a transform makes of rows in a graph.</summary>
/// <param name="Value">[N, D], float64.</param>
/// <param name="LogDet">log|det ∂y/∂x| of the forward direction, [N] or of one number, float64.</param>
/// <param name="Inside">Whether the rows that were given have a density, [N]; null where all have.</param>
internal sealed record GraphTransformed(GraphValue Value, GraphValue LogDet, GraphValue? Inside = null);

/// <summary>A transform of rows that can be written as a graph of operators.</summary>
internal interface IGraphTransform
{
    /// <summary>y of x.</summary>
    /// <param name="x">[N, D].</param>
    /// <param name="condition">[N, C] without tangents, or null.</param>
    GraphTransformed Forward(GraphValue x, GraphDual? condition = null);

    /// <summary>The x that becomes y.</summary>
    /// <param name="y">[N, D].</param>
    /// <param name="condition">[N, C] without tangents, or null.</param>
    GraphTransformed Inverse(GraphValue y, GraphDual? condition = null);
}
