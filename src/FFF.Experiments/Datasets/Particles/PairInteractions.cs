using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>The energy Σ_{i&lt;j} u(‖x_i − x_j‖) of all pairs, and its forces −Σ_j (u′(r)/r)(x_i − x_j).</summary>
internal static class PairInteractions
{
    /// <summary>Sums over the pairs of each system.</summary>
    /// <param name="pair">The potential of two.</param>
    /// <param name="x">[B, N·d].</param>
    /// <param name="shape">N and d.</param>
    /// <returns>[B] and [B, N·d].</returns>
    public static (Tensor Energy, Tensor Force) Sum<TPair>(TPair pair, Tensor x, MeanFreePositions shape)
        where TPair : struct, IPairPotential
    {
        using var noGradient = no_grad();
        return (x.device.type, x.dtype) switch
        {
            (TorchSharp.DeviceType.CPU, ScalarType.Float32) => CorePairs.Sum<TPair, float>(pair, x, shape),
            (TorchSharp.DeviceType.CPU, ScalarType.Float64) => CorePairs.Sum<TPair, double>(pair, x, shape),
            _ => ByTensors(pair, x, shape),
        };
    }

    /// <summary>The same by libtorch's operations, on any device.</summary>
    internal static (Tensor Energy, Tensor Force) ByTensors<TPair>(TPair pair, Tensor x, MeanFreePositions shape)
        where TPair : struct, IPairPotential
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
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

        squared.diagonal(0, 1, 2).fill_(pair.Neutral);
        var (u, slope) = pair.Of(squared);
        var forces = stack(differences.Select(difference => difference.mul_(slope).sum([2]).neg_()), 2).reshape(x.shape);
        return ((0.5 * u.sum([1, 2])).MoveToOuterDisposeScope(), forces.MoveToOuterDisposeScope());
    }
}
