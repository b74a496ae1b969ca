using FFF.Numerics;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>A potential u between two particles.</summary>
/// <param name="squaredDistance">r² of all pairs, [B, N, N], which may be overwritten.</param>
/// <returns>u(r) and u′(r) / r, both [B, N, N].</returns>
internal delegate (Tensor Energy, Tensor SlopeByDistance) PairPotential(Tensor squaredDistance);

/// <summary>The energy Σ_{i&lt;j} u(‖x_i − x_j‖) of all pairs, and its forces −Σ_j (u′(r)/r)(x_i − x_j).</summary>
internal static class PairInteractions
{
    /// <summary>So many pairs at once stay in a core's cache.</summary>
    private const long ChunkPairs = 1 << 16;

    /// <summary>Sums over the pairs of each system.</summary>
    /// <param name="x">[B, N·d].</param>
    /// <param name="shape">N and d.</param>
    /// <param name="pair">The potential.</param>
    /// <param name="neutral">An r² at which u and u′/r are zero; it stands for a particle's distance to itself.</param>
    /// <returns>[B] and [B, N·d].</returns>
    public static (Tensor Energy, Tensor Force) Sum(Tensor x, MeanFreePositions shape, PairPotential pair, double neutral)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var count = x.shape[0];
        var rows = x.device.type == TorchSharp.DeviceType.CPU ? Math.Max(1, ChunkPairs / ((long)shape.Particles * shape.Particles)) : Math.Max(1, count);
        var (energy, force) = (empty([count], x.dtype, x.device), empty_like(x));
        foreach (var (first, size) in RowChunks.Of(count, rows))
        {
            using var chunk = NewDisposeScope();
            SumInto(energy.narrow(0, first, size), force.narrow(0, first, size), x.narrow(0, first, size), shape, pair, neutral);
        }

        return (energy.MoveToOuterDisposeScope(), force.MoveToOuterDisposeScope());
    }

    private static void SumInto(Tensor energy, Tensor force, Tensor x, MeanFreePositions shape, PairPotential pair, double neutral)
    {
        // By coordinates, as [B, N, N, d] would have short rows. Differences keep the precision that ‖x_i‖² + ‖x_j‖² − 2x_i·x_j loses.
        var positions = x.reshape(-1, shape.Particles, shape.Dimensions);
        var differences = new Tensor[shape.Dimensions];
        for (var k = 0; k < shape.Dimensions; k++)
        {
            var coordinate = positions.select(2, k).contiguous();
            differences[k] = coordinate.unsqueeze(2) - coordinate.unsqueeze(1);
        }

        var squared = differences[0].square();
        foreach (var difference in differences.Skip(1))
        {
            squared.addcmul_(difference, difference, 1);
        }

        squared.diagonal(0, 1, 2).fill_(neutral);
        var (u, slope) = pair(squared);
        energy.copy_(0.5 * u.sum([1, 2]));
        var forces = force.view(-1, shape.Particles, shape.Dimensions);
        for (var k = 0; k < shape.Dimensions; k++)
        {
            forces.select(2, k).copy_(differences[k].mul_(slope).sum([2]).neg_());
        }
    }
}
