using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>The Mahalanobis distance d(y) = √((y − μ)ᵀ Σ⁻¹ (y − μ)).</summary>
internal static class Mahalanobis
{
    /// <summary>μ, [C], and Σ, [C, C], of rows; the caller's.</summary>
    /// <param name="rows">[N, C], float64.</param>
    public static (Tensor Mean, Tensor Covariance) Moments(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var mean = rows.mean([0]);
        var centred = rows - mean;
        return (mean.MoveToOuterDisposeScope(), (centred.t().mm(centred) / rows.shape[0]).MoveToOuterDisposeScope());
    }

    /// <summary>d of each row, [N]; the caller's.</summary>
    /// <param name="rows">[N, C], float64.</param>
    /// <param name="mean">μ.</param>
    /// <param name="covariance">Σ, which has an inverse.</param>
    public static Tensor Distances(Tensor rows, Tensor mean, Tensor covariance)
    {
        using var scope = NewDisposeScope();
        var centred = rows - mean;
        return (linalg.solve(covariance, centred.t()).t() * centred).sum([1]).clamp_min(0).sqrt().MoveToOuterDisposeScope();
    }
}
