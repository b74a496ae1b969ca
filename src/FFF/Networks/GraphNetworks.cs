using FFF.Graphs;

namespace FFF.Networks;

/// <summary>Networks that can be written as graphs of operators.</summary>
internal static class GraphNetworks
{
    /// <summary>The network as one that can.</summary>
    /// <exception cref="GraphException">It cannot.</exception>
    public static IGraphNetwork AsGraph(this INetwork network) => network as IGraphNetwork
        ?? throw new GraphException($"The network {network.GetType().Name} cannot be written as a graph of operators: dense, residual, stack and egnn can.");
}
