using System.Numerics;
using MathNet.Numerics.Interpolation;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles.Energies;

/// <summary>
/// u(r) as a natural cubic spline through given points; before the first and beyond the last it goes on as a straight line, so that energy and force
/// have no jumps.
/// </summary>
/// <param name="distances">Rising, at least two.</param>
/// <param name="energies">As many.</param>
internal readonly struct TabulatedPair(double[] distances, double[] energies) : IPairPotential
{
    private readonly CubicSpline _spline = CubicSpline.InterpolateNaturalSorted(distances, energies);

    /// <inheritdoc/>
    public double Neutral => double.NaN;

    /// <inheritdoc/>
    public (Tensor Energy, Tensor SlopeByDistance) Of(Tensor squared)
    {
        var (self, shape, type, device) = (this, squared.shape, squared.dtype, squared.device);
        var values = squared.cpu().to(float64).data<double>().Select(self.At).ToArray();
        Tensor Made(Func<(double Energy, double Slope), double> part) => tensor(values.Select(part).ToArray(), type, device).reshape(shape);
        return (Made(value => value.Energy), Made(value => value.Slope));
    }

    /// <inheritdoc/>
    public (Vector<T> Energy, Vector<T> SlopeByDistance) Of<T>(Vector<T> squared)
        where T : unmanaged, INumber<T>
    {
        Span<T> energy = stackalloc T[Vector<T>.Count], slope = stackalloc T[Vector<T>.Count];
        for (var lane = 0; lane < Vector<T>.Count; lane++)
        {
            var (u, s) = At(double.CreateChecked(squared[lane]));
            (energy[lane], slope[lane]) = (T.CreateSaturating(u), T.CreateSaturating(s));
        }

        return (new(energy), new(slope));
    }

    /// <summary>u and u′/r at r²; both zero for the particle itself.</summary>
    private (double Energy, double Slope) At(double squared)
    {
        if (double.IsNaN(squared))
        {
            return (0, 0);
        }

        var distance = Math.Sqrt(squared);
        var inside = Math.Clamp(distance, distances[0], distances[^1]);
        var slope = _spline.Differentiate(inside);
        return (_spline.Interpolate(inside) + (slope * (distance - inside)), slope / distance);
    }
}
