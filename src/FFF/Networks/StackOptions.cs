using System.ComponentModel.DataAnnotations;
using FFF.Networks;
using FFF.Options;

[assembly: Kind<NetworkConfig, StackOptions>("stack", Order = 3)]

namespace FFF.Networks;

/// <summary>Networks in a row, each given the condition; the decoder runs their mirrors in reverse order.</summary>
public sealed record StackOptions : NetworkConfig
{
    /// <summary>The networks, the encoder's first one first.</summary>
    [MinLength(1)]
    public required IReadOnlyList<NetworkConfig> Networks { get; init; }

    /// <inheritdoc/>
    public override bool KeepsMean => Networks.All(network => network.KeepsMean);

    /// <inheritdoc/>
    public override INetwork BuildEncoder(NetworkPlace place) => new StackNet([.. Networks.Select(network => network.BuildEncoder(place))]);

    /// <inheritdoc/>
    public override INetwork BuildDecoder(NetworkPlace place, INetwork encoder) =>
        new StackNet([.. Networks.Zip(((StackNet)encoder).Networks).Reverse().Select(pair => pair.First.BuildDecoder(place, pair.Second))]);

    /// <inheritdoc/>
    public override long MultiplyAdds(NetworkCost sample) => Networks.Sum(network => network.MultiplyAdds(sample));

    /// <inheritdoc/>
    public override long Layers => Networks.Sum(network => network.Layers);

    /// <inheritdoc/>
    public override long EdgePasses => Networks.Sum(network => network.EdgePasses);
}
