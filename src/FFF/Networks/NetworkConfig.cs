using FFF.Randomness;
using FFF.Spaces;

namespace FFF.Networks;

/// <summary>What a network is built for.</summary>
/// <param name="Dimension">D.</param>
/// <param name="Conditions">C, 0 where there are none.</param>
/// <param name="Nodes">How a row is a graph; null where it is none.</param>
/// <param name="Random">Draws the initial weights.</param>
public sealed record NetworkPlace(int Dimension, int Conditions, NodeLayout? Nodes, RandomStream Random);

/// <summary>A dimension-preserving network; <c>kind</c> tells which.</summary>
public abstract record NetworkConfig
{
    /// <summary>Builds an encoder, in float32 on the CPU.</summary>
    /// <exception cref="Options.UnsuitableOptionsException">The network is one for graphs, the data are none.</exception>
    public abstract INetwork BuildEncoder(NetworkPlace place);

    /// <summary>Builds the decoder that mirrors an encoder.</summary>
    /// <param name="place">What it is built for.</param>
    /// <param name="encoder">The encoder, for layers that share its weights.</param>
    public virtual INetwork BuildDecoder(NetworkPlace place, INetwork encoder) => BuildEncoder(place);

    /// <summary>
    /// Whether it leaves the mean of positions where it is, as networks for graphs do: others leave the subspace that densities of particles live on.
    /// Modules of the user's own are trusted, and evaluations look.
    /// </summary>
    public virtual bool KeepsMean => false;

    /// <summary>Multiply-adds of one sample's way through it, of graphs on average; biases and activations do not count.</summary>
    public virtual long MultiplyAdds(NetworkCost sample) => NetworkCost.MultiplyAdds([sample.Dimension + sample.Conditions, sample.Dimension]);

    /// <summary>Linear layers one after the other, of networks that are no graphs.</summary>
    public virtual long Layers => 0;

    /// <summary>Passes over the edges of graphs, one after the other: messages, and updates of positions.</summary>
    public virtual long EdgePasses => 0;

    /// <summary>Builds an encoder and the decoder that mirrors it.</summary>
    /// <inheritdoc cref="BuildEncoder"/>
    public (INetwork Encoder, INetwork Decoder) Pair(NetworkPlace place)
    {
        var encoder = BuildEncoder(place);
        return (encoder, BuildDecoder(place, encoder));
    }
}
