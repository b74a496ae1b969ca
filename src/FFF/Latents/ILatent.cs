using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Latents;

/// <summary>The latent density p(z) on R^D, or on a linear subspace of it.</summary>
public interface ILatent
{
    /// <summary>log p(z), differentiable: [B, D] to [B].</summary>
    Tensor LogProb(Tensor z);

    /// <summary>Draws z, [N, D], on the CPU.</summary>
    /// <param name="count">N.</param>
    /// <param name="dimension">D.</param>
    /// <param name="random">Where randomness comes from.</param>
    Tensor Sample(long count, int dimension, RandomStream random);

    /// <summary>Latents at a temperature T: √T z, [N, D].</summary>
    Tensor Tempered(Tensor z, double temperature) => z * Math.Sqrt(temperature);

    /// <summary>S, the dimension of what the density lives on: D, or that of a subspace.</summary>
    /// <param name="dimension">D.</param>
    long DensityDimension(long dimension) => dimension;

    /// <summary>
    /// An orthonormal basis U of the subspace that the density lives on, [D, S]; null where it is all of R^D. Kept by the
    /// density: do not dispose of it.
    /// </summary>
    /// <param name="dimension">D.</param>
    /// <param name="type">The basis's type.</param>
    /// <param name="device">Where it shall be.</param>
    Tensor? Basis(long dimension, ScalarType type, Device device) => null;
}
