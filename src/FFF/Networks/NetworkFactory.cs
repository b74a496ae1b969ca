using FFF.Configuration;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>Turns the description of a network into the network.</summary>
public static class NetworkFactory
{
    /// <summary>Builds the encoder, or the decoder that mirrors it, in float32 on the CPU.</summary>
    public static INetwork Create(NetworkConfig config, int dimension, int conditions, FlowSide side, Generator generator) => config switch
    {
        DenseNetwork dense => new DenseNet(dense, dimension, conditions, generator),
        ResidualNetwork residual => new ResidualNet(residual, dimension, conditions, side, generator),
        StackNetwork stack => new StackNet([.. (side == FlowSide.Encoder ? stack.Networks : stack.Networks.Reverse())
            .Select(n => Create(n, dimension, conditions, side, generator))]),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config, null),
    };
}
