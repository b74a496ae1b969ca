using FFF.Datasets.Particles.Energies;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// DW4 (Köhler, Klein and Noé, 2020): four particles in the plane whose distances prefer two values,
/// U(x) = Σ_{i&lt;j} 0.9 (d_ij − 4)⁴ − 4 (d_ij − 4)².
/// </summary>
public sealed class DoubleWell4 : IParticleSystem
{
    internal const double Quartic = 0.9;
    internal const double Quadratic = -4;
    internal const double Centre = 4;

    /// <inheritdoc/>
    public string Name => "dw4";

    /// <inheritdoc/>
    public MeanFreePositions Shape { get; } = new(4, 2);

    /// <inheritdoc/>
    public double Spread => 1.8;

    /// <inheritdoc/>
    public double? PairBarrier => Centre;

    /// <inheritdoc/>
    public SamplerSettings Sampling { get; } = new() { Overlap = 0.4, Thinning = 8 };

    /// <inheritdoc/>
    public (Tensor Energy, Tensor Force) EnergyAndForce(Tensor x) => PairInteractions.Sum(new DoubleWellPair(Quartic, Quadratic, Centre), x, Shape);
}
