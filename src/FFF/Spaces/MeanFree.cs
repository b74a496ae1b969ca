using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>Positions whose mean is zero: the subspace of (N − 1)·d dimensions that densities of particles live on.</summary>
internal static class MeanFree
{
    /// <summary>x − x̄, the orthogonal projection: [B, N·d] to [B, N·d].</summary>
    public static Tensor Project(Tensor x, MeanFreePositions shape)
    {
        using var scope = NewDisposeScope();
        var positions = x.reshape(-1, shape.Particles, shape.Dimensions);
        return (positions - positions.mean([1], keepdim: true)).reshape(x.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Standard normal positions on the subspace, [B, N·d].</summary>
    public static Tensor Normal(long count, MeanFreePositions shape, ScalarType type, RandomStream random, Device? device = null)
    {
        using var noise = random.Normal([count, (long)shape.Particles * shape.Dimensions], type, device);
        return Project(noise, shape);
    }
}
