using System.Numerics;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles.Energies;

/// <summary>u(r) = ε ((r₀/r)¹² − 2 (r₀/r)⁶), whose minimum is −ε at r₀. With s = r₀²/r²: u = ε (s⁶ − 2s³) and u′/r = −12 ε s (s⁶ − s³) / r₀².</summary>
/// <param name="depth">ε.</param>
/// <param name="distance">r₀.</param>
internal readonly struct LennardJonesPair(double depth, double distance) : IPairPotential
{
    private readonly double _squared = distance * distance;

    /// <inheritdoc/>
    public double Neutral => double.PositiveInfinity;

    /// <inheritdoc/>
    public (Tensor Energy, Tensor SlopeByDistance) Of(Tensor squared)
    {
        var s = squared.reciprocal_().mul_(_squared);
        var cube = s.pow(3);
        var energy = (cube - 2).mul_(cube).mul_(depth);
        var slope = s.mul_(cube).mul_(cube.sub_(1)).mul_(-12 * depth / _squared);
        return (energy, slope);
    }

    /// <inheritdoc/>
    public (Vector<T> Energy, Vector<T> SlopeByDistance) Of<T>(Vector<T> squared)
        where T : unmanaged, INumber<T>
    {
        var s = new Vector<T>(T.CreateChecked(_squared)) / squared;
        var cube = s * s * s;
        return ((cube - Vector<T>.One - Vector<T>.One) * cube * T.CreateChecked(depth),
            s * cube * (cube - Vector<T>.One) * T.CreateChecked(-12 * depth / _squared));
    }
}
