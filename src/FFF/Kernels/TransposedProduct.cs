using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels;

/// <summary>
/// The product of one matrix with the transpose of another, in registers: of some tens of rows over the points of a batch, [rows, width], row by row,
/// where width is a multiple of the lanes. Of such, <see cref="PanelProduct{V}"/> has the other ones.
/// </summary>
/// <remarks>Tiles of ten sums hide the latency of multiply-add and fit the 16 registers of AVX2.</remarks>
internal static unsafe class TransposedProduct<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>product[i, j] = Σ_b left[i, b] · right[j, b].</summary>
    /// <param name="left">[rows, width].</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="right">[columns, width].</param>
    /// <param name="columns">Columns of the product: a multiple of 5.</param>
    /// <param name="product">[rows, columns].</param>
    /// <param name="width">What is summed over.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* left, int rows, float* right, int columns, float* product, int width)
    {
        for (var i = 0; i < rows; i += 2)
        {
            // The last of an odd number of rows is computed twice.
            var left0 = left + ((long)i * width);
            var left1 = i + 1 < rows ? left0 + width : left0;
            var product0 = product + ((long)i * columns);
            var product1 = i + 1 < rows ? product0 + columns : product0;
            for (var j = 0; j < columns; j += 5)
            {
                V a0, a1, a2, a3, a4, c0, c1, c2, c3, c4;
                a0 = a1 = a2 = a3 = a4 = c0 = c1 = c2 = c3 = c4 = default(V);
                var rj = right + ((long)j * width);
                for (var b = 0; b < width; b += V.Count, rj += V.Count)
                {
                    var l0 = V.Load(left0 + b);
                    var l1 = V.Load(left1 + b);
                    var r = V.Load(rj);
                    a0 = V.MultiplyAdd(l0, r, a0);
                    c0 = V.MultiplyAdd(l1, r, c0);
                    r = V.Load(rj + width);
                    a1 = V.MultiplyAdd(l0, r, a1);
                    c1 = V.MultiplyAdd(l1, r, c1);
                    r = V.Load(rj + (2 * width));
                    a2 = V.MultiplyAdd(l0, r, a2);
                    c2 = V.MultiplyAdd(l1, r, c2);
                    r = V.Load(rj + (3 * width));
                    a3 = V.MultiplyAdd(l0, r, a3);
                    c3 = V.MultiplyAdd(l1, r, c3);
                    r = V.Load(rj + (4 * width));
                    a4 = V.MultiplyAdd(l0, r, a4);
                    c4 = V.MultiplyAdd(l1, r, c4);
                }

                product0[j] = V.Sum(a0);
                product0[j + 1] = V.Sum(a1);
                product0[j + 2] = V.Sum(a2);
                product0[j + 3] = V.Sum(a3);
                product0[j + 4] = V.Sum(a4);
                product1[j] = V.Sum(c0);
                product1[j + 1] = V.Sum(c1);
                product1[j + 2] = V.Sum(c2);
                product1[j + 3] = V.Sum(c3);
                product1[j + 4] = V.Sum(c4);
            }
        }
    }
}
