using System.Globalization;
using FFF.Datasets.Particles.Energies;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// A Lennard-Jones cluster held together by an oscillator (Köhler, Klein and Noé, 2020): N particles in space,
/// U(x) = ε Σ_{i&lt;j} (d_ij⁻¹² − 2 d_ij⁻⁶) + ½ Σ_i ‖x_i − x̄‖². A pair's minimum is −ε at distance 1.
/// </summary>
/// <param name="name">The system's name.</param>
/// <param name="particles">N.</param>
/// <param name="spread">About the standard deviation of a coordinate.</param>
/// <param name="sampling">How chains draw from it.</param>
/// <param name="wellDepth">ε.</param>
public sealed class LennardJones(string name, int particles, double spread, SamplerSettings sampling, double wellDepth = 1) : IParticleSystem
{
    private const int Axes = 3;

    private readonly PairSystem<LennardJonesPair> _pairs =
        new(name, new(particles, Axes), new LennardJonesPair(wellDepth, distance: 1), trap: 1, temperature: 1, spread);

    /// <inheritdoc/>
    public string Name => _pairs.Name;

    /// <inheritdoc/>
    public MeanFreePositions Shape => _pairs.Shape;

    /// <inheritdoc/>
    public double Spread => _pairs.Spread;

    /// <inheritdoc/>
    public SamplerSettings Sampling { get; } = sampling;

    /// <summary>ε.</summary>
    internal double WellDepth { get; } = wellDepth;

    /// <inheritdoc/>
    public (Tensor Energy, Tensor Force) EnergyAndForce(Tensor x) => _pairs.EnergyAndForce(x);

    /// <summary>The same cluster with another ε, which its name tells.</summary>
    public LennardJones WithWellDepth(double depth) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Name}-depth{depth}"), Shape.Particles, Spread, Sampling, depth);
}
