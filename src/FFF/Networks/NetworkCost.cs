using FFF.Configuration;
using FFF.Spaces;

namespace FFF.Networks;

/// <summary>What one sample's way through a network costs, going by the network's description alone.</summary>
/// <param name="Dimension">D, of networks that are no graphs.</param>
/// <param name="Conditions">C.</param>
/// <param name="NodeCounts">How many samples are graphs of n nodes, for n from 0 on; empty where they are no graphs.</param>
public sealed record NetworkCost(int Dimension, int Conditions, IReadOnlyList<long> NodeCounts)
{
    /// <summary>The cost of networks on data of a space.</summary>
    /// <param name="space">What the data are points of.</param>
    /// <param name="conditions">C.</param>
    public static NetworkCost Of(Space space, int conditions) => new(space.Dimension, conditions, space.NodeCounts);

    /// <summary>Multiply-adds of a forward pass, of graphs on average; biases and activations do not count.</summary>
    public long MultiplyAdds(NetworkConfig network) => network switch
    {
        DenseNetwork dense => MultiplyAdds([Dimension + Conditions, .. dense.Widths, Dimension]),
        ResidualNetwork residual =>
            residual.Blocks * MultiplyAdds([Dimension + Conditions, .. residual.Widths, Dimension + Conditions]) + (long)(Dimension + Conditions) * Dimension,
        StackNetwork stack => stack.Networks.Sum(MultiplyAdds),
        EquivariantNetwork graph => OverSizes(nodes => MultiplyAdds(graph, nodes)),
        FeatureCouplingNetwork coupling => MultiplyAdds(coupling.Network),
        _ => throw new InvalidOperationException($"Unknown kind of network: {network.GetType()}"),
    };

    /// <summary>The same for a perceptron of these widths, the first that of its input.</summary>
    public static long MultiplyAdds(IReadOnlyList<int> widths) => widths.Zip(widths.Skip(1), (a, b) => (long)a * b).Sum();

    /// <summary>Linear layers of networks that are no graphs, one after the other.</summary>
    public static long Layers(NetworkConfig network) => network switch
    {
        DenseNetwork dense => dense.Widths.Count + 1,
        ResidualNetwork residual => (residual.Blocks * (residual.Widths.Count + 1)) + 1,
        StackNetwork stack => stack.Networks.Sum(Layers),
        _ => 0,
    };

    /// <summary>Passes over the edges of graphs, one after the other: messages, and updates of positions.</summary>
    public static long EdgePasses(NetworkConfig network) => network switch
    {
        EquivariantNetwork graph => graph.Blocks * (graph.Sublayers + 1),
        FeatureCouplingNetwork coupling => EdgePasses(coupling.Network),
        StackNetwork stack => stack.Networks.Sum(EdgePasses),
        _ => 0,
    };

    private long OverSizes(Func<long, long> cost) => NodeCounts.Select((count, nodes) => count * cost(nodes)).Sum() / Math.Max(1, NodeCounts.Sum());

    /// <summary>With the split first layer: its products with h_i and h_j are of nodes, that with the two distances of edges.</summary>
    private static long MultiplyAdds(EquivariantNetwork network, long nodes)
    {
        long width = network.Width, edges = nodes * (nodes - 1);
        var edgePerceptron = nodes * 2 * width * width + edges * (2 * width + width * width);
        var message = edgePerceptron + edges * (network.Attention ? width : 0) + nodes * 3 * width * width;
        return network.Blocks * (network.Sublayers * message + edgePerceptron + edges * width);
    }
}
