using System.ComponentModel.DataAnnotations;
using FFF.Autodiff;
using FFF.Networks;
using FFF.Options;

[assembly: Kind<NetworkConfig, ResidualOptions>("residual", Order = 2)]

namespace FFF.Networks;

/// <summary>Residual blocks h ← h + net(h) on h = [x, condition], then (encoder) or before (decoder) a linear projection.</summary>
public sealed record ResidualOptions : NetworkConfig
{
    /// <summary>How many blocks.</summary>
    [Range(1, 1000)]
    public int Blocks { get; init; } = 2;

    /// <summary>The widths of each block's hidden layers.</summary>
    [MinLength(1)]
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Widths { get; init; } = [256, 256];

    /// <summary>The activation between layers.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <summary>Whether the blocks' last layers start at zero and the projection as the identity, so that the network does.</summary>
    public bool Identity { get; init; }

    /// <inheritdoc/>
    public override INetwork BuildEncoder(NetworkPlace place) => new ResidualNet(this, place.Dimension, place.Conditions, FlowSide.Encoder, place.Random);

    /// <inheritdoc/>
    public override INetwork BuildDecoder(NetworkPlace place, INetwork encoder) =>
        new ResidualNet(this, place.Dimension, place.Conditions, FlowSide.Decoder, place.Random);

    /// <inheritdoc/>
    public override long MultiplyAdds(NetworkCost sample)
    {
        var width = sample.Dimension + sample.Conditions;
        return Blocks * NetworkCost.MultiplyAdds([width, .. Widths, width]) + (long)width * sample.Dimension;
    }

    /// <inheritdoc/>
    public override long Layers => (Blocks * (Widths.Count + 1)) + 1;
}
