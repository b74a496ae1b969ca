using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>Random vectors v with E[v vᵀ] = I, or the projector onto a subspace, with which vᵀ A v estimates tr A (Hutchinson, 1989).</summary>
public static class Hutchinson
{
    /// <summary>The same in a subspace, with its dimension S in place of D: E[v vᵀ] = U Uᵀ.</summary>
    /// <param name="count">K, at most S.</param>
    /// <param name="batch">B.</param>
    /// <param name="basis">An orthonormal basis U, [D, S].</param>
    /// <param name="generator">Where randomness comes from; its device is the basis's.</param>
    /// <returns>[K, B, D], in the basis's type.</returns>
    public static Tensor Sample(int count, long batch, Tensor basis, Generator generator)
    {
        using var scope = NewDisposeScope();
        var coordinates = Sample(count, batch, (int)basis.shape[1], generator).to(basis.dtype);
        return matmul(coordinates, basis.t()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// K orthogonal vectors of length √D per sample: uniformly distributed directions, from a QR decomposition of
    /// Gaussians. With K = D their average gives the exact trace.
    /// </summary>
    /// <param name="count">K, at most D.</param>
    /// <param name="batch">B.</param>
    /// <param name="dimension">D.</param>
    /// <param name="generator">Where randomness comes from; its device is the result's.</param>
    /// <returns>[K, B, D].</returns>
    /// <exception cref="ArgumentOutOfRangeException">K is not in 1..D.</exception>
    public static Tensor Sample(int count, long batch, int dimension, Generator generator)
    {
        if (count < 1 || count > dimension)
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"{count} Hutchinson vectors were asked for in {dimension} dimensions: at most {dimension} can be orthogonal.");
        }

        using var scope = NewDisposeScope();
        if (count == 1)
        {
            var gaussian = randn([1, batch, dimension], device: generator.device, generator: generator);
            var unit = nn.functional.normalize(gaussian, dim: -1);
            return unit.mul_(Math.Sqrt(dimension)).MoveToOuterDisposeScope();
        }

        // The signs of QR's columns depend on its Gaussians only through R; v and −v serve equally.
        var (orthonormal, _) = linalg.qr(randn([batch, dimension, count], device: generator.device, generator: generator));
        return (orthonormal.permute(2, 0, 1) * Math.Sqrt(dimension)).MoveToOuterDisposeScope();
    }
}
