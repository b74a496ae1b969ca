using System.Numerics;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles.Energies;

/// <summary>With o = r − r₀: u = (a o² + b) o² and u′/r = (4a o² + 2b) o / r; two wells where a is positive and b negative, one where a is 0 and b
/// positive.</summary>
/// <param name="quartic">a.</param>
/// <param name="quadratic">b.</param>
/// <param name="centre">r₀.</param>
internal readonly struct DoubleWellPair(double quartic, double quadratic, double centre) : IPairPotential
{
    /// <inheritdoc/>
    public double Neutral => centre * centre;

    /// <inheritdoc/>
    public (Tensor Energy, Tensor SlopeByDistance) Of(Tensor squared)
    {
        var distance = squared.sqrt_();
        var offset = distance - centre;
        var square = offset.square();
        var energy = (quartic * square).add_(quadratic).mul_(square);
        var slope = square.mul_(4 * quartic).add_(2 * quadratic).mul_(offset).div_(distance);
        return (energy, slope);
    }

    /// <inheritdoc/>
    public (Vector<T> Energy, Vector<T> SlopeByDistance) Of<T>(Vector<T> squared)
        where T : unmanaged, INumber<T>
    {
        static Vector<T> Number(double value) => new(T.CreateChecked(value));
        var distance = Vector.SquareRoot(squared);
        var offset = distance - Number(centre);
        var square = offset * offset;
        return ((Number(quartic) * square + Number(quadratic)) * square,
            (Number(4 * quartic) * square + Number(2 * quadratic)) * offset / distance);
    }
}
