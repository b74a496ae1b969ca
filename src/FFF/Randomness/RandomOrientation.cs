using static TorchSharp.torch;

namespace FFF.Randomness;

/// <summary>Orientations in space, uniformly by Haar's measure. What is returned belongs to the caller.</summary>
internal static class RandomOrientation
{
    /// <summary>Orthogonal matrices, [N, d, d]: Q of a Gaussian matrix, with R's diagonal made positive (Mezzadri, 2007).</summary>
    public static Tensor Orthogonal(long count, long dimension, ScalarType type, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var (q, r) = linalg.qr(random.Normal([count, dimension, dimension], type));
        return (q * r.diagonal(0, 1, 2).sign().unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Rotations, [N, d, d]: the same without reflections.</summary>
    public static Tensor Rotations(long count, long dimension, ScalarType type, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var all = Orthogonal(count, dimension, type, random);
        return cat([all.narrow(2, 0, 1) * all.det().sign().reshape(-1, 1, 1), all.narrow(2, 1, dimension - 1)], 2).MoveToOuterDisposeScope();
    }
}
