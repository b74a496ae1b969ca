using System.ComponentModel.DataAnnotations;
using FFF.Networks.Equivariant;

namespace FFF.Flows.Molecules;

/// <summary>An equivariant graph network that tells mean and deviation of the noise by which types and charges of atoms become continuous.</summary>
public sealed record DequantizerConfig
{
    /// <summary>How many blocks.</summary>
    [Range(1, 1000)]
    public int Blocks { get; init; } = 4;

    /// <summary>How many times a block passes messages.</summary>
    [Range(1, 100)]
    public int Sublayers { get; init; } = 2;

    /// <summary>The width of node features and messages.</summary>
    [Range(1, 1_000_000)]
    public int Width { get; init; } = 64;

    /// <summary>Sums over neighbours are divided by this.</summary>
    [Range(1e-6, 1e6)]
    public double NormalizationFactor { get; init; } = 100;

    /// <summary>Nuclear charges are divided by this for the networks.</summary>
    [Range(1e-3, 1e3)]
    public double ChargeScale { get; init; } = 1;

    /// <summary>The network.</summary>
    internal EquivariantOptions Network => new()
    {
        Blocks = Blocks,
        Sublayers = Sublayers,
        Width = Width,
        Attention = false,
        NormalizationFactor = NormalizationFactor,
    };
}
