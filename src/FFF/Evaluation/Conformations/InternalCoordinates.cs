using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluation.Conformations;

/// <summary>Numbers of a system that do not change when it is moved or turned. Positions are [B, N, d], particles are counted from 0; each gives [B].</summary>
public static class InternalCoordinates
{
    private const double DegreesPerRadian = 180 / Math.PI;

    /// <summary>‖x_a − x_b‖.</summary>
    /// <returns>[B], owned by the caller.</returns>
    public static Tensor Distance(Tensor x, int a, int b)
    {
        using var scope = NewDisposeScope();
        return (x.select(1, a) - x.select(1, b)).square().sum([1]).sqrt().MoveToOuterDisposeScope();
    }

    /// <summary>The angle between x_a − x_b and x_c − x_b, in degrees from 0 to 180.</summary>
    /// <inheritdoc cref="Distance"/>
    public static Tensor Angle(Tensor x, int a, int b, int c)
    {
        using var scope = NewDisposeScope();
        var (u, v) = (x.select(1, a) - x.select(1, b), x.select(1, c) - x.select(1, b));
        var cosine = (u * v).sum([1]) / (u.square().sum([1]) * v.square().sum([1])).sqrt();
        return (cosine.clamp(-1, 1).acos() * DegreesPerRadian).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The torsion of the chain a, b, c, d around its middle bond, in degrees from −180 to 180: 0 where a and d are on one side (cis), and positive where,
    /// looking from b to c, d is clockwise of a (IUPAC). With u = x_b − x_a, v = x_c − x_b, w = x_d − x_c: atan2(‖v‖ u·(v×w), (u×v)·(v×w)).
    /// </summary>
    /// <inheritdoc cref="Distance"/>
    public static Tensor Dihedral(Tensor x, int a, int b, int c, int d)
    {
        using var scope = NewDisposeScope();
        var (u, v, w) = (x.select(1, b) - x.select(1, a), x.select(1, c) - x.select(1, b), x.select(1, d) - x.select(1, c));
        var (uv, vw) = (linalg.cross(u, v), linalg.cross(v, w));
        var sine = v.square().sum([1]).sqrt() * (u * vw).sum([1]);
        return (atan2(sine, (uv * vw).sum([1])) * DegreesPerRadian).MoveToOuterDisposeScope();
    }

    /// <summary>√(Σ_i ‖x_i − x̄‖² / N), the radius of gyration.</summary>
    /// <inheritdoc cref="Distance"/>
    public static Tensor GyrationRadius(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x - x.mean([1], keepdim: true)).square().sum([2]).mean([1]).sqrt().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// √(min Σ_i ‖R (x_i − x̄) − (y_i − ȳ)‖² / N) over rotations R, without reflections: Σ ‖x‖² + Σ ‖y‖² − 2 (σ₁ + σ₂ + s σ₃), with σ the singular values of
    /// Σ_i x_i y_iᵀ and s the sign of its determinant (Kabsch, Acta Cryst. A32, 1976).
    /// </summary>
    /// <param name="x">[B, N, 3].</param>
    /// <param name="reference">y, [N, 3].</param>
    /// <returns>[B], owned by the caller.</returns>
    public static Tensor Rmsd(Tensor x, Tensor reference)
    {
        using var scope = NewDisposeScope();
        var (moved, fixedTo) = (x - x.mean([1], keepdim: true), reference - reference.mean([0], keepdim: true));
        var covariance = bmm(moved.transpose(1, 2), fixedTo.unsqueeze(0).expand(x.shape[0], -1, -1));
        var values = linalg.svdvals(covariance);
        var sign = covariance.det().sign();
        var overlap = values.narrow(1, 0, MoleculeSpace.Axes - 1).sum([1]) + (sign * values.select(1, MoleculeSpace.Axes - 1));
        var squared = moved.square().sum([1, 2]) + fixedTo.square().sum() - (2 * overlap);
        return (squared.clamp(0) / x.shape[1]).sqrt().MoveToOuterDisposeScope();
    }
}
