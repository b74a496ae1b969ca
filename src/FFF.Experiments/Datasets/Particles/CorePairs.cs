using System.Numerics;
using System.Runtime.InteropServices;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// The energies and forces of pairs on the cores: each lane of a register has another system, and each pair is visited once. libtorch's
/// operations on [B, N, N] would visit it twice and move each of some twenty intermediate results through memory.
/// </summary>
internal static class CorePairs
{
    /// <summary>So many pairs are worth a thread.</summary>
    private const long PairsPerThread = 1 << 15;

    /// <summary>Sums over the pairs of each system.</summary>
    /// <param name="pair">The potential of two.</param>
    /// <param name="x">[B, N·d], on the CPU, of type T.</param>
    /// <param name="shape">N and d.</param>
    /// <returns>[B] and [B, N·d].</returns>
    public static (Tensor Energy, Tensor Force) Sum<TPair, T>(TPair pair, Tensor x, MeanFreePositions shape)
        where TPair : struct, IPairPotential
        where T : unmanaged, INumber<T>
    {
        using var scope = NewDisposeScope();
        var (count, width) = (x.shape[0], Vector<T>.Count);
        var blocks = (int)((count + width - 1) / width);
        var (columns, padded) = (shape.Particles * shape.Dimensions, (long)blocks * width);

        // Coordinate by coordinate, so that neighbouring systems are neighbouring lanes; the last block's other lanes are nobody's.
        var coordinates = zeros([columns, padded], x.dtype);
        coordinates.narrow(1, 0, count).copy_(x.t());
        var (energy, force) = (empty([padded], x.dtype), empty([columns, padded], x.dtype));
        var threads = Math.Clamp(count * shape.Particles * shape.Particles / PairsPerThread, 1, Math.Min(get_num_threads(), blocks));
        if (threads == 1)
        {
            Blocks<TPair, T>(pair, coordinates, energy, force, shape, 0, blocks);
        }
        else
        {
            Parallel.For(0, (int)threads, new ParallelOptions { MaxDegreeOfParallelism = (int)threads }, part => Blocks<TPair, T>(
                pair, coordinates, energy, force, shape, (int)(blocks * part / threads), (int)(blocks * (part + 1) / threads)));
        }

        return (energy.narrow(0, 0, count).clone().MoveToOuterDisposeScope(), force.narrow(1, 0, count).t().contiguous().MoveToOuterDisposeScope());
    }

    private static void Blocks<TPair, T>(TPair pair, Tensor coordinates, Tensor energy, Tensor force, MeanFreePositions shape, int first, int last)
        where TPair : struct, IPairPotential
        where T : unmanaged, INumber<T>
    {
        var (columns, stride) = (shape.Particles * shape.Dimensions, (int)coordinates.shape[1] / Vector<T>.Count);
        var from = MemoryMarshal.Cast<byte, Vector<T>>(coordinates.bytes);
        var energies = MemoryMarshal.Cast<byte, Vector<T>>(energy.bytes);
        var forces = MemoryMarshal.Cast<byte, Vector<T>>(force.bytes);
        var (x, f) = (new Vector<T>[columns], new Vector<T>[columns]);
        for (var block = first; block < last; block++)
        {
            for (var k = 0; k < columns; k++)
            {
                (x[k], f[k]) = (from[(k * stride) + block], Vector<T>.Zero);
            }

            energies[block] = System<TPair, T>(pair, x, f, shape.Dimensions);
            for (var k = 0; k < columns; k++)
            {
                forces[(k * stride) + block] = f[k];
            }
        }
    }

    /// <summary>The energy of one system in each lane; adds its forces.</summary>
    private static Vector<T> System<TPair, T>(TPair pair, ReadOnlySpan<Vector<T>> x, Span<Vector<T>> force, int dimensions)
        where TPair : struct, IPairPotential
        where T : unmanaged, INumber<T>
    {
        var energy = Vector<T>.Zero;
        for (var i = 0; i < x.Length; i += dimensions)
        {
            for (var j = i + dimensions; j < x.Length; j += dimensions)
            {
                var squared = Vector<T>.Zero;
                for (var k = 0; k < dimensions; k++)
                {
                    var difference = x[i + k] - x[j + k];
                    squared += difference * difference;
                }

                var (u, slope) = pair.Of(squared);
                energy += u;
                for (var k = 0; k < dimensions; k++)
                {
                    var pull = slope * (x[i + k] - x[j + k]);
                    force[i + k] -= pull;
                    force[j + k] += pull;
                }
            }
        }

        return energy;
    }
}
