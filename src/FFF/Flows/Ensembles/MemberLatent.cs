using FFF.Latents;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Flows.Ensembles;

/// <summary>
/// The latent density of a mixture of K flows: z of the members' common density, and before it, as one number more, which member decodes it, each with
/// probability 1/K. Rows are [N, 1 + D].
/// </summary>
/// <param name="inner">The members' latent density p(z).</param>
/// <param name="members">K.</param>
internal sealed class MemberLatent(ILatent inner, int members) : ILatent
{
    /// <summary>log p(z) − log K.</summary>
    /// <inheritdoc/>
    public Tensor LogProb(Tensor z) => inner.LogProb(Split(z).Latents) - Math.Log(members);

    /// <inheritdoc/>
    public Tensor Sample(long count, int dimension, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var z = inner.Sample(count, dimension, random);
        var member = (random.Uniform([count, 1]) * members).floor().clamp_max(members - 1);
        return cat([member.to(z.dtype), z], 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Tempered(Tensor z, double temperature)
    {
        using var scope = NewDisposeScope();
        return cat([z.narrow(1, 0, 1), inner.Tempered(Split(z).Latents, temperature)], 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public long DensityDimension(long dimension) => inner.DensityDimension(dimension);

    /// <inheritdoc/>
    public Tensor? Basis(long dimension, ScalarType type, Device device) => inner.Basis(dimension, type, device);

    /// <summary>Which member decodes each row, [N], int64, and what it decodes, [N, D].</summary>
    public static (Tensor Member, Tensor Latents) Split(Tensor z) => (z.select(1, 0).to(int64), z.narrow(1, 1, z.shape[1] - 1));
}
