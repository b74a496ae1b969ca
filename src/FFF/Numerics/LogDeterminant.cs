using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>The sign of det A and log|det A| of many matrices.</summary>
internal static class LogDeterminant
{
    /// <summary>
    /// MKL factorises larger matrices with several threads. Inside of libtorch's parallel loop over the matrices it then waits
    /// for ever for threads that are not there (seen with 157 × 157 and two threads, not with 117 × 117): those are taken one by one.
    /// </summary>
    private const long LargestInParallel = 64;

    /// <summary>
    /// The condition number ‖A‖·‖A⁻¹‖ (Frobenius) from which on a matrix is near-singular: entries computed in float32 are
    /// wrong by about 1e-6 of ‖A‖, and so log|det A| by 0.1 or more.
    /// </summary>
    private const double NearSingular = 1e5;

    /// <summary>[B, D, D], float64, to signs (1, -1; 0 where the matrix is near-singular, and its sign is chance) and logarithms, [B] each.</summary>
    public static (Tensor Sign, Tensor LogAbs) Of(Tensor matrices)
    {
        if (matrices.device_type != DeviceType.CPU || matrices.shape[^1] <= LargestInParallel)
        {
            return OfAll(matrices);
        }

        (Tensor Sign, Tensor LogAbs)[] each = [.. matrices.split(1, 0).Select(OfAll)];
        return (cat([.. each.Select(one => one.Sign)], 0), cat([.. each.Select(one => one.LogAbs)], 0));
    }

    private static (Tensor Sign, Tensor LogAbs) OfAll(Tensor matrices)
    {
        var (sign, logAbs) = linalg.slogdet(matrices);

        // Without an inverse linalg.inv throws. TorchSharp 0.107's inv_ex, which would not, does not give the inverse.
        var regular = (sign != 0).logical_and(logAbs.isfinite());
        var invertible = matrices.where(regular.unsqueeze(-1).unsqueeze(-1), eye(matrices.shape[^1], dtype: matrices.dtype, device: matrices.device));
        var condition = Norm(invertible) * Norm(linalg.inv(invertible));
        return (sign * regular.logical_and(condition < NearSingular).to(sign.dtype), logAbs);
    }

    private static Tensor Norm(Tensor matrices) => matrices.square().sum([-2, -1]).sqrt();
}
