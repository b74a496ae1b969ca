using System.Numerics;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// DW4 (Köhler, Klein and Noé, 2020): four particles in the plane whose distances prefer two values,
/// U(x) = Σ_{i&lt;j} 0.9 (d_ij − 4)⁴ − 4 (d_ij − 4)².
/// </summary>
public sealed class DoubleWell4 : IParticleSystem
{
    private const double Quartic = 0.9;
    private const double Quadratic = -4;
    private const double Centre = 4;

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
    public (Tensor Energy, Tensor Force) EnergyAndForce(Tensor x) => PairInteractions.Sum<Pair>(x, Shape);

    /// <summary>With r − 4 = o: u = (0.9 o² − 4) o² and u′/r = (3.6 o² − 8) o / r.</summary>
    internal readonly struct Pair : IPairPotential
    {
        /// <inheritdoc/>
        public static double Neutral => Centre * Centre;

        /// <inheritdoc/>
        public static (Tensor Energy, Tensor SlopeByDistance) Of(Tensor squared)
        {
            var distance = squared.sqrt_();
            var offset = distance - Centre;
            var square = offset.square();
            var energy = (Quartic * square).add_(Quadratic).mul_(square);
            var slope = square.mul_(4 * Quartic).add_(2 * Quadratic).mul_(offset).div_(distance);
            return (energy, slope);
        }

        /// <inheritdoc/>
        public static (Vector<T> Energy, Vector<T> SlopeByDistance) Of<T>(Vector<T> squared)
            where T : unmanaged, INumber<T>
        {
            static Vector<T> Number(double value) => new(T.CreateChecked(value));
            var distance = Vector.SquareRoot(squared);
            var offset = distance - Number(Centre);
            var square = offset * offset;
            return ((Number(Quartic) * square + Number(Quadratic)) * square,
                (Number(4 * Quartic) * square + Number(2 * Quadratic)) * offset / distance);
        }
    }
}
