using FFF.Spaces;

namespace FFF.Networks;

/// <summary>What a sample is by which the cost of its way through a network is told.</summary>
/// <param name="Dimension">D, of networks that are no graphs.</param>
/// <param name="Conditions">C.</param>
/// <param name="NodeCounts">How many samples are graphs of n nodes, for n from 0 on; empty where they are no graphs.</param>
public sealed record NetworkCost(int Dimension, int Conditions, IReadOnlyList<long> NodeCounts)
{
    /// <summary>The samples of a space.</summary>
    /// <param name="space">What the data are points of.</param>
    /// <param name="conditions">C.</param>
    public static NetworkCost Of(Space space, int conditions) => new(space.TransformedDimension, conditions, space.NodeCounts);

    /// <summary>Multiply-adds of a perceptron of these widths, the first that of its input.</summary>
    public static long MultiplyAdds(IReadOnlyList<int> widths) => widths.Zip(widths.Skip(1), (a, b) => (long)a * b).Sum();

    /// <summary>The mean of what graphs of n nodes cost, over their sizes; 0 where there are none.</summary>
    public long OverSizes(Func<long, long> cost) => NodeCounts.Select((count, nodes) => count * cost(nodes)).Sum() / Math.Max(1, NodeCounts.Sum());
}
