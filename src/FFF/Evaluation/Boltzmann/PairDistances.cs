using FFF.Numerics;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluation.Boltzmann;

/// <summary>Distances ‖x_i − x_j‖ of all pairs i &lt; j, which do not change when a system is moved, turned, mirrored or its particles exchanged.</summary>
public static class PairDistances
{
    /// <summary>So many coordinates of pairs at once.</summary>
    private const long ChunkNumbers = 1 << 22;

    /// <summary>P = N(N − 1)/2.</summary>
    public static int Count(MeanFreePositions shape) => shape.Particles * (shape.Particles - 1) / 2;

    /// <summary>The distances of each system.</summary>
    /// <param name="x">[B, N·d].</param>
    /// <param name="shape">N and d.</param>
    /// <returns>System after system, B·P numbers.</returns>
    public static double[] Of(Tensor x, MeanFreePositions shape)
    {
        using var scope = NewDisposeScope();
        var (first, second) = Pairs(shape.Particles);
        var rows = Math.Max(1, ChunkNumbers / ((long)Count(shape) * shape.Dimensions));
        var distances = new List<double>((int)x.shape[0] * Count(shape));
        foreach (var (start, count) in RowChunks.Of(x.shape[0], rows))
        {
            using var chunk = NewDisposeScope();
            var positions = x.narrow(0, start, count).cpu().to(float64).reshape(-1, shape.Particles, shape.Dimensions);
            var difference = positions.index_select(1, first) - positions.index_select(1, second);
            distances.AddRange(difference.square().sum([2]).sqrt().contiguous().data<double>());
        }

        return [.. distances];
    }

    private static (Tensor First, Tensor Second) Pairs(int particles)
    {
        var pairs = (from i in Enumerable.Range(0, particles) from j in Enumerable.Range(i + 1, particles - i - 1) select (First: (long)i, Second: (long)j))
            .ToArray();
        return (tensor(pairs.Select(pair => pair.First).ToArray()), tensor(pairs.Select(pair => pair.Second).ToArray()));
    }
}
