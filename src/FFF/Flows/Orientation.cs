using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// Whether a network that is not invertible by construction folds space. The change of variables
/// q(x) = p(z) |det ∂z/∂x| is exact where z ↔ x is one-to-one. A differentiable map that is has a determinant of one sign
/// everywhere; where the sign is another than that of most points, the map folds back over points that it has reached
/// already, and q leaves out, or counts twice, what the other branch contributes.
/// </summary>
/// <param name="Count">How many points.</param>
/// <param name="Reversed">At how many of them the determinant has not the sign of most.</param>
/// <param name="NearSingular">At how many of them the determinant is so near to zero that rounding decides its sign.</param>
public sealed record Orientation(long Count, long Reversed, long NearSingular)
{
    /// <summary>The share of points where the density cannot be taken for exact.</summary>
    public double DoubtfulShare => Count == 0 ? 0 : (double)(Reversed + NearSingular) / Count;

    /// <summary>Counts signs.</summary>
    /// <param name="signs">1, -1, or 0 where near-singular, [B]; null for a flow that is one-to-one by construction.</param>
    public static Orientation? Of(Tensor? signs)
    {
        if (signs is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var (positive, negative) = ((signs > 0).sum().item<long>(), (signs < 0).sum().item<long>());
        return new(signs.shape[0], Math.Min(positive, negative), signs.shape[0] - positive - negative);
    }

    /// <summary>Signs relative to that of most points: 1 where it is the same, -1 where it is the other, 0 where near-singular, [B]; the caller's.</summary>
    /// <param name="signs">1, -1, or 0 where near-singular, [B].</param>
    public static Tensor Relative(Tensor signs) => signs * ((signs > 0).sum().item<long>() >= (signs < 0).sum().item<long>() ? 1 : -1);
}
