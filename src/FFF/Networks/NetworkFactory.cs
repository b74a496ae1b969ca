using FFF.Configuration;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;

namespace FFF.Networks;

/// <summary>Turns the description of a network into the network.</summary>
public static class NetworkFactory
{
    /// <summary>Builds an encoder and the decoder that mirrors it, in float32 on the CPU.</summary>
    /// <param name="config">Which network.</param>
    /// <param name="dimension">D.</param>
    /// <param name="conditions">C.</param>
    /// <param name="random">Draws the initial weights.</param>
    /// <param name="nodes">How a row is a graph; null where it is none.</param>
    /// <exception cref="ConfigurationException">The network is one for graphs, the data are none.</exception>
    public static (INetwork Encoder, INetwork Decoder) Pair(NetworkConfig config, int dimension, int conditions, RandomStream random, NodeLayout? nodes = null)
    {
        var encoder = Create(config, dimension, conditions, FlowSide.Encoder, random, nodes);
        return (encoder, Create(config, dimension, conditions, FlowSide.Decoder, random, nodes, encoder));
    }

    /// <summary>Builds one side.</summary>
    /// <param name="config">Which network.</param>
    /// <param name="dimension">D.</param>
    /// <param name="conditions">C.</param>
    /// <param name="side">Encoder or decoder.</param>
    /// <param name="random">Draws the initial weights.</param>
    /// <param name="nodes">How a row is a graph; null where it is none.</param>
    /// <param name="encoder">The encoder, for a decoder's layers that share its weights.</param>
    /// <exception cref="ConfigurationException">The network is one for graphs, the data are none.</exception>
    public static INetwork Create(NetworkConfig config, int dimension, int conditions, FlowSide side, RandomStream random, NodeLayout? nodes = null, INetwork? encoder = null) => config switch
    {
        DenseNetwork dense => new DenseNet(dense, dimension, conditions, random),
        ResidualNetwork residual => new ResidualNet(residual, dimension, conditions, side, random),
        StackNetwork stack when side == FlowSide.Encoder =>
            new StackNet([.. stack.Networks.Select(n => Create(n, dimension, conditions, side, random, nodes))]),
        StackNetwork stack => new StackNet([.. stack.Networks.Select((n, i) => (Network: n, Encoder: (encoder as StackNet)?.Networks[i])).Reverse()
            .Select(n => Create(n.Network, dimension, conditions, side, random, nodes, n.Encoder))]),
        EquivariantNetwork equivariant => new EquivariantNet(equivariant, NodeLayout.Require(nodes, "flow.network", "egnn"), conditions, random),
        FeatureCouplingNetwork coupling when side == FlowSide.Encoder =>
            new FeatureCoupling(coupling.Network, NodeLayout.RequireFeatures(nodes, "flow.network", "feature-coupling"), conditions, random),
        FeatureCouplingNetwork => new FeatureCouplingInverse(encoder as FeatureCoupling ?? throw new ArgumentException("A coupling's decoder needs its encoder; build both by Pair.", nameof(encoder))),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config, null),
    };
}
