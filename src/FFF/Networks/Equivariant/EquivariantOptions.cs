using System.ComponentModel.DataAnnotations;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<NetworkConfig, EquivariantOptions>("egnn", Order = 4)]

namespace FFF.Networks.Equivariant;

/// <summary>
/// An E(n)-equivariant graph network on the positions of particles, for data of particles: what it does commutes with
/// rotations, reflections, translations and permutations. Encoder and decoder are alike.
/// </summary>
public sealed record EquivariantOptions : NetworkConfig
{
    /// <summary>How many blocks; each updates the positions once.</summary>
    [Range(1, 1000)]
    public int Blocks { get; init; } = 8;

    /// <summary>How many times a block passes messages before it updates the positions.</summary>
    [Range(1, 100)]
    public int Sublayers { get; init; } = 2;

    /// <summary>The width of node features, messages and hidden layers.</summary>
    [Range(1, 1_000_000)]
    public int Width { get; init; } = 64;

    /// <summary>Whether messages are weighted by an attention between 0 and 1.</summary>
    public bool Attention { get; init; } = true;

    /// <summary>
    /// Whether positions are updated by what the block's last messages say, φ_x = w₃ · m_ij, as in the first E(n)-equivariant networks, in place of
    /// an edge perceptron of its own, which with one message passing is half of what a block computes of its edges.
    /// </summary>
    public bool SharedMessages { get; init; }

    /// <summary>Directions are (x_i − x_j) / (‖x_i − x_j‖ + norm_constant).</summary>
    [Range(0.0, 1e6)]
    public double NormConstant { get; init; } = 1;

    /// <summary>
    /// R: what an edge moves its node by is R tanh(φ / R), so that no particle is thrown far, and block after block farther, by an edge that is longer than
    /// those of the training; unbounded if left out.
    /// </summary>
    [Range(1e-6, 1e6)]
    public double? MoveBound { get; init; }

    /// <summary>Sums over neighbours are divided by this.</summary>
    [Range(1e-6, 1e6)]
    public double NormalizationFactor { get; init; } = 100;

    /// <inheritdoc/>
    public override bool KeepsMean => true;

    /// <inheritdoc/>
    public override INetwork BuildEncoder(NetworkPlace place) =>
        new EquivariantNet(this, NodeLayout.Require(place.Nodes, "network", "egnn"), place.Conditions, place.Random);

    /// <summary>With the split first layer: its products with h_i and h_j are of nodes, that with the two distances of edges.</summary>
    /// <inheritdoc/>
    public override long MultiplyAdds(NetworkCost sample) => sample.OverSizes(nodes =>
    {
        long width = Width, edges = nodes * (nodes - 1);
        var edgePerceptron = nodes * 2 * width * width + edges * (2 * width + width * width);
        var message = edgePerceptron + edges * (Attention ? width : 0) + nodes * 3 * width * width;
        var update = (SharedMessages ? 0 : edgePerceptron) + edges * width;
        return Blocks * (Sublayers * message + update);
    });

    /// <inheritdoc/>
    public override long EdgePasses => Blocks * (SharedMessages ? Sublayers : Sublayers + 1);
}
