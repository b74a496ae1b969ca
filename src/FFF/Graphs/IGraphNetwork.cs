namespace FFF.Graphs;

/// <summary>A network that can be written as a graph of operators.</summary>
internal interface IGraphNetwork
{
    /// <summary>The value and, where x carries tangents, their images under the Jacobian.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] without tangents, or null.</param>
    GraphDual Forward(GraphDual x, GraphDual? condition);
}
