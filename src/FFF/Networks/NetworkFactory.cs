using FFF.Configuration;
using FFF.Networks.Equivariant;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>Turns the description of a network into the network.</summary>
public static class NetworkFactory
{
    /// <summary>Builds the encoder, or the decoder that mirrors it, in float32 on the CPU.</summary>
    /// <param name="config">Which network.</param>
    /// <param name="dimension">D.</param>
    /// <param name="conditions">C.</param>
    /// <param name="side">Encoder or decoder.</param>
    /// <param name="generator">Draws the initial weights.</param>
    /// <param name="nodes">How a row is a graph; null where it is none.</param>
    /// <exception cref="ConfigurationException">The network is one for graphs, the data are none.</exception>
    public static INetwork Create(NetworkConfig config, int dimension, int conditions, FlowSide side, Generator generator, NodeLayout? nodes = null) => config switch
    {
        DenseNetwork dense => new DenseNet(dense, dimension, conditions, generator),
        ResidualNetwork residual => new ResidualNet(residual, dimension, conditions, side, generator),
        StackNetwork stack => new StackNet([.. (side == FlowSide.Encoder ? stack.Networks : stack.Networks.Reverse())
            .Select(n => Create(n, dimension, conditions, side, generator, nodes))]),
        EquivariantNetwork equivariant => new EquivariantNet(equivariant, NodeLayout.Require(nodes, "flow.network", "egnn"), conditions, generator),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config, null),
    };
}
