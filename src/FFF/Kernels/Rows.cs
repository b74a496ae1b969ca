using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels;

/// <summary>A vector and the rows of a matrix.</summary>
internal static unsafe class Rows<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Adds a vector to every row.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="width">Its length, a multiple of the lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* matrix, int stride, int rows, float* vector, int width)
    {
        for (var row = 0; row < rows; row++, matrix += stride)
        {
            for (var i = 0; i < width; i += V.Count)
            {
                (V.Load(matrix + i) + V.Load(vector + i)).Store(matrix + i);
            }
        }
    }

    /// <summary>Adds all rows to a vector.</summary>
    /// <inheritdoc cref="Add"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(float* matrix, int stride, int rows, float* vector, int width)
    {
        for (var row = 0; row < rows; row++, matrix += stride)
        {
            for (var i = 0; i < width; i += V.Count)
            {
                (V.Load(vector + i) + V.Load(matrix + i)).Store(vector + i);
            }
        }
    }
}
