using System.ComponentModel.DataAnnotations;
using System.Globalization;
using FFF.Datasets.Particles.Energies;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<EnergyConfig, PairEnergy>("pairs", Order = 1)]

namespace FFF.Datasets.Particles.Energies;

/// <summary>The same potential between each two particles, and a trap: U(x) = Σ u(‖x_i − x_j‖) + ½ κ Σ ‖x_i − x̄‖².</summary>
public sealed record PairEnergy : EnergyConfig
{
    /// <summary>u(r), the potential between two particles.</summary>
    public required PotentialConfig Potential { get; init; }

    /// <summary>κ, of the harmonic trap around the mean position that holds particles together; 0 for none.</summary>
    [Range(0.0, 1e12)]
    public double Trap { get; init; }

    /// <summary>
    /// About the standard deviation of a coordinate, where chains start from a Gaussian; it changes no result, but how long chains take. 1 if left out.
    /// </summary>
    [Range(1e-9, 1e9)]
    public double Spread { get; init; } = 1;

    /// <inheritdoc/>
    public override bool CanBeDrawn => true;

    /// <inheritdoc/>
    public override IEnergy Of(MeanFreePositions shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var name = string.Create(CultureInfo.InvariantCulture,
            $"{Potential.Name}-trap{Trap}-kT{Temperature}-{shape.Particles}x{shape.Dimensions}-spread{Spread}");
        return Potential.System(new(name, shape, Trap, Temperature, Spread));
    }
}

/// <summary>What a pair potential is part of.</summary>
/// <param name="Name">The energy's name.</param>
/// <param name="Shape">N and d.</param>
/// <param name="Trap">κ.</param>
/// <param name="Temperature">kT.</param>
/// <param name="Spread">About the standard deviation of a coordinate.</param>
internal sealed record PairPlace(string Name, MeanFreePositions Shape, double Trap, double Temperature, double Spread)
{
    /// <summary>The system with this potential.</summary>
    public IParticleSystem With<TPair>(TPair pair, double? barrier = null)
        where TPair : struct, IPairPotential => new PairSystem<TPair>(Name, Shape, pair, Trap, Temperature, Spread) { PairBarrier = barrier };
}
