using System.Numerics;
using System.Runtime.CompilerServices;

namespace FFF.Kernels;

/// <summary>
/// The two products of a small network's training step, in registers: matrices of some tens of rows over the points of
/// a batch, [rows, width], row by row, where width is a multiple of 2·<see cref="Lanes"/>.
/// </summary>
/// <remarks>
/// Tiles of ten sums hide the latency of multiply-add and fit the 16 registers of AVX2. <see cref="PanelProduct"/>, which is
/// for processors with vectors of 512 bits alone, takes 1.07 to 1.17 of the time at these sizes even there: the points of a
/// batch fill its panels less well, and the few rows its tiles.
/// </remarks>
internal static unsafe class SmallProducts
{
    /// <summary>How many numbers the processor computes with at once.</summary>
    public static int Lanes => Vector<float>.Count;

    /// <summary>y[j, b] = Σₖ w[j·outputStride + k·inputStride] · x[k, b] + bias[j].</summary>
    /// <param name="w">The weights.</param>
    /// <param name="outputStride">From one output's weights to the next's.</param>
    /// <param name="inputStride">From one input's weights to the next's.</param>
    /// <param name="x">[inputs, width].</param>
    /// <param name="inputs">Rows of x.</param>
    /// <param name="bias">[outputs]; null for none.</param>
    /// <param name="y">[outputs, width].</param>
    /// <param name="outputs">Rows of y: a multiple of 5.</param>
    /// <param name="width">Columns of both.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* w, int outputStride, int inputStride, float* x, int inputs, float* bias, float* y, int outputs, int width)
    {
        for (var b = 0; b < width; b += 2 * Lanes)
        {
            for (var j = 0; j < outputs; j += 5)
            {
                Vector<float> a0, a1, a2, a3, a4, c0, c1, c2, c3, c4;
                a0 = a1 = a2 = a3 = a4 = c0 = c1 = c2 = c3 = c4 = Vector<float>.Zero;
                if (bias != null)
                {
                    a0 = c0 = new Vector<float>(bias[j]);
                    a1 = c1 = new Vector<float>(bias[j + 1]);
                    a2 = c2 = new Vector<float>(bias[j + 2]);
                    a3 = c3 = new Vector<float>(bias[j + 3]);
                    a4 = c4 = new Vector<float>(bias[j + 4]);
                }

                var wk = w + ((long)j * outputStride);
                var xk = x + b;
                for (var k = 0; k < inputs; k++, wk += inputStride, xk += width)
                {
                    var x0 = Vector.Load(xk);
                    var x1 = Vector.Load(xk + Lanes);
                    var s = new Vector<float>(wk[0]);
                    a0 = Vector.MultiplyAddEstimate(s, x0, a0);
                    c0 = Vector.MultiplyAddEstimate(s, x1, c0);
                    s = new Vector<float>(wk[outputStride]);
                    a1 = Vector.MultiplyAddEstimate(s, x0, a1);
                    c1 = Vector.MultiplyAddEstimate(s, x1, c1);
                    s = new Vector<float>(wk[2 * outputStride]);
                    a2 = Vector.MultiplyAddEstimate(s, x0, a2);
                    c2 = Vector.MultiplyAddEstimate(s, x1, c2);
                    s = new Vector<float>(wk[3 * outputStride]);
                    a3 = Vector.MultiplyAddEstimate(s, x0, a3);
                    c3 = Vector.MultiplyAddEstimate(s, x1, c3);
                    s = new Vector<float>(wk[4 * outputStride]);
                    a4 = Vector.MultiplyAddEstimate(s, x0, a4);
                    c4 = Vector.MultiplyAddEstimate(s, x1, c4);
                }

                var yj = y + ((long)j * width) + b;
                a0.Store(yj);
                c0.Store(yj + Lanes);
                a1.Store(yj + width);
                c1.Store(yj + width + Lanes);
                a2.Store(yj + (2 * width));
                c2.Store(yj + (2 * width) + Lanes);
                a3.Store(yj + (3 * width));
                c3.Store(yj + (3 * width) + Lanes);
                a4.Store(yj + (4 * width));
                c4.Store(yj + (4 * width) + Lanes);
            }
        }
    }

    /// <summary>product[i, j] = Σ_b left[i, b] · right[j, b].</summary>
    /// <param name="left">[rows, width].</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="right">[columns, width].</param>
    /// <param name="columns">Columns of the product: a multiple of 5.</param>
    /// <param name="product">[rows, columns].</param>
    /// <param name="width">What is summed over.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyTransposed(float* left, int rows, float* right, int columns, float* product, int width)
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
                Vector<float> a0, a1, a2, a3, a4, c0, c1, c2, c3, c4;
                a0 = a1 = a2 = a3 = a4 = c0 = c1 = c2 = c3 = c4 = Vector<float>.Zero;
                var rj = right + ((long)j * width);
                for (var b = 0; b < width; b += Lanes, rj += Lanes)
                {
                    var l0 = Vector.Load(left0 + b);
                    var l1 = Vector.Load(left1 + b);
                    var r = Vector.Load(rj);
                    a0 = Vector.MultiplyAddEstimate(l0, r, a0);
                    c0 = Vector.MultiplyAddEstimate(l1, r, c0);
                    r = Vector.Load(rj + width);
                    a1 = Vector.MultiplyAddEstimate(l0, r, a1);
                    c1 = Vector.MultiplyAddEstimate(l1, r, c1);
                    r = Vector.Load(rj + (2 * width));
                    a2 = Vector.MultiplyAddEstimate(l0, r, a2);
                    c2 = Vector.MultiplyAddEstimate(l1, r, c2);
                    r = Vector.Load(rj + (3 * width));
                    a3 = Vector.MultiplyAddEstimate(l0, r, a3);
                    c3 = Vector.MultiplyAddEstimate(l1, r, c3);
                    r = Vector.Load(rj + (4 * width));
                    a4 = Vector.MultiplyAddEstimate(l0, r, a4);
                    c4 = Vector.MultiplyAddEstimate(l1, r, c4);
                }

                product0[j] = Vector.Sum(a0);
                product0[j + 1] = Vector.Sum(a1);
                product0[j + 2] = Vector.Sum(a2);
                product0[j + 3] = Vector.Sum(a3);
                product0[j + 4] = Vector.Sum(a4);
                product1[j] = Vector.Sum(c0);
                product1[j + 1] = Vector.Sum(c1);
                product1[j + 2] = Vector.Sum(c2);
                product1[j + 3] = Vector.Sum(c3);
                product1[j + 4] = Vector.Sum(c4);
            }
        }
    }
}
