using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels;

/// <summary>Products of matrices with many rows and few columns, in panels of six rows of sums by two vectors, which stay in
/// registers.</summary>
/// <remarks>
/// Twelve sums hide the latency of multiply-add and fit AVX2's 16 registers with what they are made of: at AVX2, where eight rows take 1.5 times as
/// long, and at AVX-512, where up to fourteen rows take no less, a product of widths of 48 to 96 is within a tenth of what the processor can do.
/// </remarks>
internal static unsafe class PanelProduct<V>
    where V : unmanaged, ILanes<V>
{
    private const int Rows = 6;

    /// <summary>Terms that are summed at once, so that both factors' part stays in the nearest cache.</summary>
    private const int Terms = 64;

    /// <summary>C = A B, or C += A B: C[m, n] = Σ_k A[m·row + k·column] · B[k·ldb + n].</summary>
    /// <param name="a">A.</param>
    /// <param name="row">From one of A's rows to the next.</param>
    /// <param name="column">From one of A's columns to the next.</param>
    /// <param name="b">B.</param>
    /// <param name="ldb">From one of B's rows to the next.</param>
    /// <param name="c">C.</param>
    /// <param name="ldc">From one of C's rows to the next.</param>
    /// <param name="rows">Rows of C.</param>
    /// <param name="columns">Columns of C, a multiple of the lanes.</param>
    /// <param name="inner">Terms of a sum.</param>
    /// <param name="accumulate">Whether C is added to.</param>
    public static void Multiply(float* a, int row, int column, float* b, int ldb, float* c, int ldc, int rows, int columns, int inner, bool accumulate)
    {
        for (var first = 0; first < inner; first += Terms, accumulate = true)
        {
            var count = Math.Min(Terms, inner - first);
            var ak = a + (long)first * column;
            var bk = b + (long)first * ldb;
            for (var n = 0; n < columns; n += 2 * V.Count)
            {
                var (m, isPair) = (0, n + V.Count < columns);
                for (; m + Rows <= rows; m += Rows)
                {
                    if (isPair)
                    {
                        SixByTwo(ak + (long)m * row, row, column, bk + n, ldb, c + (long)m * ldc + n, ldc, count, accumulate);
                    }
                    else
                    {
                        SixByOne(ak + (long)m * row, row, column, bk + n, ldb, c + (long)m * ldc + n, ldc, count, accumulate);
                    }
                }

                for (; m < rows; m += 2)
                {
                    Two(ak + (long)m * row, m + 1 < rows ? row : 0, column, bk + n, isPair ? V.Count : 0, ldb, c + (long)m * ldc + n, ldc, count, accumulate);
                }
            }
        }
    }

    /// <summary>Not inlined: on its own, all its sums are in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void SixByTwo(float* a, int row, int column, float* b, int ldb, float* c, int ldc, int inner, bool accumulate)
    {
        V p0, p1, p2, p3, p4, p5, q0, q1, q2, q3, q4, q5;
        p0 = p1 = p2 = p3 = p4 = p5 = q0 = q1 = q2 = q3 = q4 = q5 = default;
        var a4 = a + 4 * (long)row;
        var row3 = 3 * (long)row;
        for (var k = 0; k < inner; k++, a += column, a4 += column, b += ldb)
        {
            var (x, y) = (V.Load(b), V.Load(b + V.Count));
            var s = V.Of(a[0]);
            p0 = V.MultiplyAdd(s, x, p0);
            q0 = V.MultiplyAdd(s, y, q0);
            s = V.Of(a[row]);
            p1 = V.MultiplyAdd(s, x, p1);
            q1 = V.MultiplyAdd(s, y, q1);
            s = V.Of(a[2 * row]);
            p2 = V.MultiplyAdd(s, x, p2);
            q2 = V.MultiplyAdd(s, y, q2);
            s = V.Of(a[row3]);
            p3 = V.MultiplyAdd(s, x, p3);
            q3 = V.MultiplyAdd(s, y, q3);
            s = V.Of(a4[0]);
            p4 = V.MultiplyAdd(s, x, p4);
            q4 = V.MultiplyAdd(s, y, q4);
            s = V.Of(a4[row]);
            p5 = V.MultiplyAdd(s, x, p5);
            q5 = V.MultiplyAdd(s, y, q5);
        }

        PutSix(c, ldc, p0, p1, p2, p3, p4, p5, accumulate);
        PutSix(c + V.Count, ldc, q0, q1, q2, q3, q4, q5, accumulate);
    }

    /// <summary>The last vector of an odd number of them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void SixByOne(float* a, int row, int column, float* b, int ldb, float* c, int ldc, int inner, bool accumulate)
    {
        V p0, p1, p2, p3, p4, p5;
        p0 = p1 = p2 = p3 = p4 = p5 = default;
        var a4 = a + 4 * (long)row;
        var row3 = 3 * (long)row;
        for (var k = 0; k < inner; k++, a += column, a4 += column, b += ldb)
        {
            var x = V.Load(b);
            p0 = V.MultiplyAdd(V.Of(a[0]), x, p0);
            p1 = V.MultiplyAdd(V.Of(a[row]), x, p1);
            p2 = V.MultiplyAdd(V.Of(a[2 * row]), x, p2);
            p3 = V.MultiplyAdd(V.Of(a[row3]), x, p3);
            p4 = V.MultiplyAdd(V.Of(a4[0]), x, p4);
            p5 = V.MultiplyAdd(V.Of(a4[row]), x, p5);
        }

        PutSix(c, ldc, p0, p1, p2, p3, p4, p5, accumulate);
    }

    /// <summary>Rows that are no six: two, or the last one twice; two vectors, or the last one twice.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Two(float* a, int row, int column, float* b, int next, int ldb, float* c, int ldc, int inner, bool accumulate)
    {
        V p0, p1, q0, q1;
        p0 = p1 = q0 = q1 = default;
        for (var k = 0; k < inner; k++, a += column, b += ldb)
        {
            var (x, y) = (V.Load(b), V.Load(b + next));
            var s = V.Of(a[0]);
            p0 = V.MultiplyAdd(s, x, p0);
            q0 = V.MultiplyAdd(s, y, q0);
            s = V.Of(a[row]);
            p1 = V.MultiplyAdd(s, x, p1);
            q1 = V.MultiplyAdd(s, y, q1);
        }

        Put(c, p0, accumulate);
        if (next > 0)
        {
            Put(c + next, q0, accumulate);
        }

        if (row > 0)
        {
            Put(c + ldc, p1, accumulate);
            if (next > 0)
            {
                Put(c + ldc + next, q1, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutSix(float* c, int ldc, V p0, V p1, V p2, V p3, V p4, V p5, bool accumulate)
    {
        Put(c, p0, accumulate);
        Put(c + ldc, p1, accumulate);
        Put(c + 2 * (long)ldc, p2, accumulate);
        Put(c + 3 * (long)ldc, p3, accumulate);
        Put(c + 4 * (long)ldc, p4, accumulate);
        Put(c + 5 * (long)ldc, p5, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, V sum, bool accumulate) => (accumulate ? V.Load(c) + sum : sum).Store(c);
}
