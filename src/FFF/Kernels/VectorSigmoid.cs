using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FFF.Kernels;

/// <summary>σ(x) = 1 / (1 + e^(−x)) of 16 numbers, to about two units in the last place.</summary>
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

    private const int MantissaBits = 23;

    /// <summary>The function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        // Not a number passes through both bounds, as it should.
        var y = Vector512.Min(Vector512.Max(-x, Vector512.Create(-Limit)), Vector512.Create(Limit));
        var shifted = Vector512.FusedMultiplyAdd(y, Vector512.Create(Log2OfE), Vector512.Create(Rounder));
        var n = shifted - Vector512.Create(Rounder);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2High), y);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Low), r);
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(1.9875691500e-4f), r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.FusedMultiplyAdd(p, r * r, r + Vector512<float>.One);
        var e = (p.AsInt32() + Vector512.ShiftLeft(shifted.AsInt32(), MantissaBits)).AsSingle();
        return Vector512<float>.One / (Vector512<float>.One + e);
    }
}
