using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels;

/// <summary>σ(x) = 1 / (1 + e^(−x)) of as many numbers as a vector holds, to about two units in the last place.</summary>
/// <remarks>
/// e^y = 2ⁿ e^r with n = round(y / ln 2) and |r| ≤ ½ ln 2, where a polynomial of degree six serves (Cephes' coefficients).
/// .NET's own vector exponential goes through double precision, which takes twice as long.
/// </remarks>
internal static class VectorSigmoid
{
    /// <summary>Beyond this 2ⁿ is not a normal number, and σ is 0 or 1 to more than float's precision.</summary>
    private const float Limit = 87f;

    private const float Log2OfE = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>Added to a small number, this rounds it and leaves the integer in the lowest bits.</summary>
    private const float Rounder = 12582912f;

    /// <summary>The function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        // Not a number passes through both bounds, as it should.
        var y = V.Min(V.Of(Limit), V.Max(V.Of(-Limit), -x));
        var shifted = V.MultiplyAdd(y, V.Of(Log2OfE), V.Of(Rounder));
        var n = shifted - V.Of(Rounder);
        var r = V.MultiplyAdd(n, V.Of(-Ln2High), y);
        r = V.MultiplyAdd(n, V.Of(-Ln2Low), r);
        var p = V.MultiplyAdd(V.Of(1.9875691500e-4f), r, V.Of(1.3981999507e-3f));
        p = V.MultiplyAdd(p, r, V.Of(8.3334519073e-3f));
        p = V.MultiplyAdd(p, r, V.Of(4.1665795894e-2f));
        p = V.MultiplyAdd(p, r, V.Of(1.6666665459e-1f));
        p = V.MultiplyAdd(p, r, V.Of(5.0000001201e-1f));
        p = V.MultiplyAdd(p, r * r, r + V.Of(1));
        return V.Of(1) / (V.Of(1) + V.Scale(p, shifted));
    }
}
