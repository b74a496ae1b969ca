using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// Rotates, reflects and relabels each system at random. As the energy does not change, the density does not either: chains
/// that need not find the N! orders of the particles and all orientations by themselves mix faster.
/// </summary>
internal static class RandomSymmetry
{
    /// <summary>Another element of the orbit of each row, uniformly: [B, N·d] to [B, N·d].</summary>
    public static Tensor Apply(Tensor x, MeanFreePositions shape, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var count = x.shape[0];
        var positions = x.view(count, shape.Particles, shape.Dimensions);
        var order = random.Uniform([count, shape.Particles], x.dtype, x.device).argsort(1);
        positions = positions.gather(1, order.unsqueeze(2).expand(-1, -1, shape.Dimensions));
        return bmm(positions, RandomOrientation.Orthogonal(count, shape.Dimensions, x.dtype, random).to(x.device)).reshape(x.shape).MoveToOuterDisposeScope();
    }
}
