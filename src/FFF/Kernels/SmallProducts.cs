using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels;

/// <summary>
/// The two products of a small network's training step, in registers: matrices of some tens of rows over the points of
/// a batch, [rows, width], row by row, where width is a multiple of the lanes.
/// </summary>
/// <remarks>
/// Tiles of ten sums hide the latency of multiply-add and fit the 16 registers of AVX2. <see cref="PanelProduct{V}"/> takes 1.07 to 1.17 of the
/// time at these sizes: the points of a batch fill its panels less well, and the few rows its tiles.
/// </remarks>
internal static unsafe class SmallProducts<V>
    where V : unmanaged, ILanes<V>
{
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
        var pairs = width - width % (2 * V.Count);
        for (var b = 0; b < width; b += 2 * V.Count)
        {
            for (var j = 0; j < outputs; j += 5)
            {
                var wj = w + ((long)j * outputStride);
                var bj = bias == null ? null : bias + j;
                var yj = y + ((long)j * width) + b;
                if (b < pairs)
                {
                    FiveByTwo(wj, outputStride, inputStride, x + b, inputs, bj, yj, width);
                }
                else
                {
                    FiveByOne(wj, outputStride, inputStride, x + b, inputs, bj, yj, width);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FiveByTwo(float* w, int outputStride, int inputStride, float* x, int inputs, float* bias, float* y, int width)
    {
        V a0, a1, a2, a3, a4, c0, c1, c2, c3, c4;
        a0 = a1 = a2 = a3 = a4 = c0 = c1 = c2 = c3 = c4 = default;
        if (bias != null)
        {
            a0 = c0 = V.Of(bias[0]);
            a1 = c1 = V.Of(bias[1]);
            a2 = c2 = V.Of(bias[2]);
            a3 = c3 = V.Of(bias[3]);
            a4 = c4 = V.Of(bias[4]);
        }

        for (var k = 0; k < inputs; k++, w += inputStride, x += width)
        {
            var x0 = V.Load(x);
            var x1 = V.Load(x + V.Count);
            var s = V.Of(w[0]);
            a0 = V.MultiplyAdd(s, x0, a0);
            c0 = V.MultiplyAdd(s, x1, c0);
            s = V.Of(w[outputStride]);
            a1 = V.MultiplyAdd(s, x0, a1);
            c1 = V.MultiplyAdd(s, x1, c1);
            s = V.Of(w[2 * outputStride]);
            a2 = V.MultiplyAdd(s, x0, a2);
            c2 = V.MultiplyAdd(s, x1, c2);
            s = V.Of(w[3 * outputStride]);
            a3 = V.MultiplyAdd(s, x0, a3);
            c3 = V.MultiplyAdd(s, x1, c3);
            s = V.Of(w[4 * outputStride]);
            a4 = V.MultiplyAdd(s, x0, a4);
            c4 = V.MultiplyAdd(s, x1, c4);
        }

        a0.Store(y);
        c0.Store(y + V.Count);
        a1.Store(y + width);
        c1.Store(y + width + V.Count);
        a2.Store(y + (2 * width));
        c2.Store(y + (2 * width) + V.Count);
        a3.Store(y + (3 * width));
        c3.Store(y + (3 * width) + V.Count);
        a4.Store(y + (4 * width));
        c4.Store(y + (4 * width) + V.Count);
    }

    /// <summary>What remains beyond pairs of vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FiveByOne(float* w, int outputStride, int inputStride, float* x, int inputs, float* bias, float* y, int width)
    {
        V a0, a1, a2, a3, a4;
        a0 = a1 = a2 = a3 = a4 = default;
        if (bias != null)
        {
            (a0, a1, a2, a3, a4) = (V.Of(bias[0]), V.Of(bias[1]), V.Of(bias[2]), V.Of(bias[3]), V.Of(bias[4]));
        }

        for (var k = 0; k < inputs; k++, w += inputStride, x += width)
        {
            var x0 = V.Load(x);
            a0 = V.MultiplyAdd(V.Of(w[0]), x0, a0);
            a1 = V.MultiplyAdd(V.Of(w[outputStride]), x0, a1);
            a2 = V.MultiplyAdd(V.Of(w[2 * outputStride]), x0, a2);
            a3 = V.MultiplyAdd(V.Of(w[3 * outputStride]), x0, a3);
            a4 = V.MultiplyAdd(V.Of(w[4 * outputStride]), x0, a4);
        }

        a0.Store(y);
        a1.Store(y + width);
        a2.Store(y + (2 * width));
        a3.Store(y + (3 * width));
        a4.Store(y + (4 * width));
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
