using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FFF.Kernels;

/// <summary>Matrices with their rows and columns exchanged.</summary>
internal static unsafe class Transposition
{
    /// <summary>Columns that are turned at once, so that what is written stays in the nearest cache.</summary>
    private const int Tile = 16;

    private const int Four = 4;

    /// <summary>Writes Aᵀ. Four rows are read at once, as single numbers far apart cost more to write than to read.</summary>
    /// <param name="source">A.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="target">Aᵀ, with zeros beyond its numbers.</param>
    /// <param name="stride">From one of Aᵀ's rows to the next: at least A's rows, a multiple of four.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of(float* source, int rows, int columns, float* target, int stride)
    {
        for (var j = 0; j < columns; j += Tile)
        {
            for (var r = 0; r < rows; r += Four)
            {
                var a = source + (long)r * columns;
                var b = r + 1 < rows ? a + columns : a;
                var c = r + 2 < rows ? b + columns : a;
                var d = r + 3 < rows ? c + columns : a;
                for (var i = j; i < Math.Min(j + Tile, columns); i++)
                {
                    Vector128.Create(a[i], b[i], c[i], d[i]).Store(target + (long)i * stride + r);
                }
            }
        }

        for (var i = 0; i < columns; i++)
        {
            new Span<float>(target + (long)i * stride + rows, stride - rows).Clear();
        }
    }
}
