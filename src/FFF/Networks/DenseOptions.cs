using System.ComponentModel.DataAnnotations;
using FFF.Autodiff;
using FFF.Networks;
using FFF.Options;

[assembly: Kind<NetworkConfig, DenseOptions>("dense", Order = 1)]

namespace FFF.Networks;

/// <summary>A multilayer perceptron on [x, condition].</summary>
public sealed record DenseOptions : NetworkConfig
{
    /// <summary>The widths of the hidden layers; without any the network is one affine layer, y = A [x, c] + b.</summary>
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Widths { get; init; } = [256, 256];

    /// <summary>The activation between layers.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Silu;

    /// <summary>Whether the network is x + net(x) with the last layer initialised to zero: it starts as the identity.</summary>
    public bool Identity { get; init; }

    /// <inheritdoc/>
    public override INetwork BuildEncoder(NetworkPlace place) => new DenseNet(this, place.Dimension, place.Conditions, place.Random);

    /// <inheritdoc/>
    public override long MultiplyAdds(NetworkCost sample) => NetworkCost.MultiplyAdds([sample.Dimension + sample.Conditions, .. Widths, sample.Dimension]);

    /// <inheritdoc/>
    public override long Layers => Widths.Count + 1;
}
