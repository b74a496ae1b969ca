using FFF.Graphs;

namespace FFF.Transforms;

/// <summary>Transforms that can be written as graphs of operators.</summary>
internal static class GraphTransforms
{
    /// <summary>The transform as one that can.</summary>
    /// <exception cref="GraphException">It cannot.</exception>
    public static IGraphTransform AsGraph(this ITransform transform) => transform as IGraphTransform
        ?? throw new GraphException($"{transform} cannot be written as a graph of operators: use the model itself.");
}
