namespace FFF.Graphs;

/// <summary>A flow that can be written as a graph of operators. Rows are [B, D], float32, conditions [B, C] or null, log-densities [B], float64.</summary>
internal interface IGraphFlow
{
    /// <summary>z = f(x).</summary>
    GraphValue Encode(GraphValue x, GraphDual? condition);

    /// <summary>x = g(z).</summary>
    GraphValue Decode(GraphValue z, GraphDual? condition);

    /// <summary>log p(x) by the encoder.</summary>
    GraphValue LogProb(GraphValue x, GraphDual? condition);

    /// <summary>x = g(z) with its log-density by the decoder.</summary>
    (GraphValue X, GraphValue LogProb) DecodeWithLogProb(GraphValue z, GraphDual? condition);
}
