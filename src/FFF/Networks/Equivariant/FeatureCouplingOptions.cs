using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<NetworkConfig, FeatureCouplingOptions>("feature-coupling", Order = 5)]

namespace FFF.Networks.Equivariant;

/// <summary>
/// An affine coupling of the features of particles or atoms to their positions, for data of molecules: features are shifted and
/// scaled by what an equivariant graph network reads from all positions, which stay. It is inverted exactly, so the decoder
/// shares the encoder's weights. A stack whose encoder begins with it decides elements by the positions that were decoded.
/// </summary>
public sealed record FeatureCouplingOptions : NetworkConfig
{
    /// <summary>The graph network, which is told no features.</summary>
    public EquivariantOptions Network { get; init; } = new();

    /// <inheritdoc/>
    public override bool KeepsMean => true;

    /// <inheritdoc/>
    public override INetwork BuildEncoder(NetworkPlace place) =>
        new FeatureCoupling(Network, NodeLayout.RequireFeatures(place.Nodes, "network", "feature-coupling"), place.Conditions, place.Random);

    /// <inheritdoc/>
    public override INetwork BuildDecoder(NetworkPlace place, INetwork encoder) => new InverseNetwork((IInvertible)encoder);

    /// <inheritdoc/>
    public override long MultiplyAdds(NetworkCost sample) => Network.MultiplyAdds(sample);

    /// <inheritdoc/>
    public override long EdgePasses => Network.EdgePasses;
}
