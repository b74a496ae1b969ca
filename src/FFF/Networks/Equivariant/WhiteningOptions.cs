using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<NetworkConfig, WhiteningOptions>("whitening", Order = 6)]

namespace FFF.Networks.Equivariant;

/// <summary>
/// Makes positions of atoms independent and of variance 1 as far as a linear map can, by the training data's covariances of ranks, one matrix for
/// each number of atoms; for data with an order of atoms, such as order: skeleton. Nothing of it is learnt, and the decoder has its
/// inverse. A stack whose encoder ends with it lets the decoder begin from chains instead of clouds.
/// </summary>
public sealed record WhiteningOptions : NetworkConfig
{
    /// <inheritdoc/>
    public override bool KeepsMean => true;

    /// <inheritdoc/>
    public override INetwork BuildEncoder(NetworkPlace place) => new Whitening(place.Nodes!, NodeLayout.RequireRanks(place.Nodes, "network", "whitening"));

    /// <inheritdoc/>
    public override INetwork BuildDecoder(NetworkPlace place, INetwork encoder) => new InverseNetwork((IInvertible)encoder);

    /// <summary>d rows of N numbers by a matrix of N².</summary>
    /// <inheritdoc/>
    public override long MultiplyAdds(NetworkCost sample) => sample.OverSizes(nodes => MoleculeSpace.Axes * (long)nodes * nodes);
}
