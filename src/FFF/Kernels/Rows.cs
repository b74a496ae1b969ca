using System.Runtime.Intrinsics;

namespace FFF.Kernels;

/// <summary>A vector and the rows of a matrix.</summary>
internal static unsafe class Rows
{
    private const int Lanes = 16;

    /// <summary>Adds a vector to every row.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="width">Its length, a multiple of 16.</param>
    public static void Add(float* matrix, int stride, int rows, float* vector, int width)
    {
        for (var row = 0; row < rows; row++, matrix += stride)
        {
            for (var i = 0; i < width; i += Lanes)
            {
                (Vector512.Load(matrix + i) + Vector512.Load(vector + i)).Store(matrix + i);
            }
        }
    }

    /// <summary>Adds all rows to a vector.</summary>
    /// <inheritdoc cref="Add"/>
    public static void Sum(float* matrix, int stride, int rows, float* vector, int width)
    {
        for (var row = 0; row < rows; row++, matrix += stride)
        {
            for (var i = 0; i < width; i += Lanes)
            {
                (Vector512.Load(vector + i) + Vector512.Load(matrix + i)).Store(vector + i);
            }
        }
    }
}
