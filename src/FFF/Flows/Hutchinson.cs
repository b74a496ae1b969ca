using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>Random vectors v with E[v vᵀ] = I, or the projector onto a subspace, with which vᵀ A v estimates tr A (Hutchinson, 1989).</summary>
public static class Hutchinson
{
    /// <summary>
    /// K orthogonal vectors of length √D per sample: uniformly distributed directions, from a QR decomposition of
    /// Gaussians. With K = D their average gives the exact trace.
    /// </summary>
    /// <param name="count">K, at most D.</param>
    /// <param name="batch">B.</param>
    /// <param name="dimension">D.</param>
    /// <param name="random">Where randomness comes from.</param>
    /// <returns>[K, B, D], float32 on the CPU.</returns>
    /// <exception cref="ArgumentOutOfRangeException">K is not in 1..D.</exception>
    public static Tensor Sample(int count, long batch, int dimension, RandomStream random)
    {
        if (count < 1 || count > dimension)
        {
            throw new ArgumentOutOfRangeException(nameof(count),
                $"{count} Hutchinson vectors were asked for in {dimension} dimensions: at most {dimension} can be orthogonal.");
        }

        using var scope = NewDisposeScope();
        if (count == 1)
        {
            var gaussian = random.Normal([1, batch, dimension]);
            var unit = nn.functional.normalize(gaussian, dim: -1);
            return unit.mul_(Math.Sqrt(dimension)).MoveToOuterDisposeScope();
        }

        // The signs of QR's columns depend on its Gaussians only through R; v and −v serve equally.
        var (orthonormal, _) = linalg.qr(random.Normal([batch, dimension, count]));
        return (orthonormal.permute(2, 0, 1) * Math.Sqrt(dimension)).MoveToOuterDisposeScope();
    }

    /// <summary>The same in a subspace, from vectors c with E[c cᵀ] = I in its coordinates: v = U c, with E[v vᵀ] = U Uᵀ.</summary>
    /// <param name="coordinates">c, [K, B, S], on the basis's device.</param>
    /// <param name="basis">An orthonormal basis U, [D, S].</param>
    /// <returns>[K, B, D], in the basis's type.</returns>
    public static Tensor InSubspace(Tensor coordinates, Tensor basis) => nn.functional.linear(coordinates.to(basis.dtype), basis);
}
