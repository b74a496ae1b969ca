using System.ComponentModel.DataAnnotations;
using FFF.Spaces;

namespace FFF.Datasets.Particles.Energies;

/// <summary>An energy of one's own, by which samples are weighed and limits known; <c>kind</c> tells which.</summary>
public abstract record EnergyConfig
{
    /// <summary>kT, in the energy's unit: the density is exp(−U/kT)/Z.</summary>
    [Range(1e-12, 1e12)]
    public double Temperature { get; init; } = 1;

    /// <summary>The energy of particles.</summary>
    /// <param name="shape">N and d.</param>
    /// <exception cref="DatasetException">It is none of such particles, or a file of it cannot be read.</exception>
    public abstract IEnergy Of(MeanFreePositions shape);

    /// <summary>Whether chains can draw from it, for which it must tell forces too.</summary>
    public virtual bool CanBeDrawn => false;
}
