using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FFF.Kernels;

/// <summary>Products of matrices with many rows and few columns, in panels of 8 × 32 sums that stay in registers.</summary>
internal static unsafe class PanelProduct
{
    /// <summary>How many columns are computed at once; their number must be a multiple of it.</summary>
    public const int Columns = 32;

    private const int Rows = 8;
    private const int Lanes = 16;

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
    /// <param name="columns">Columns of C, a multiple of <see cref="Columns"/>.</param>
    /// <param name="inner">Terms of a sum.</param>
    /// <param name="accumulate">Whether C is added to.</param>
    public static void Multiply(float* a, int row, int column, float* b, int ldb, float* c, int ldc, int rows, int columns, int inner, bool accumulate)
    {
        for (var first = 0; first < inner; first += Terms, accumulate = true)
        {
            var count = Math.Min(Terms, inner - first);
            var ak = a + (long)first * column;
            var bk = b + (long)first * ldb;
            for (var n = 0; n < columns; n += Columns)
            {
                var m = 0;
                for (; m + Rows <= rows; m += Rows)
                {
                    Eight(ak + (long)m * row, row, column, bk + n, ldb, c + (long)m * ldc + n, ldc, count, accumulate);
                }

                for (; m < rows; m++)
                {
                    One(ak + (long)m * row, column, bk + n, ldb, c + (long)m * ldc + n, count, accumulate);
                }
            }
        }
    }

    /// <summary>Not inlined: on its own, all its sums are in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Eight(float* a, int row, int column, float* b, int ldb, float* c, int ldc, int inner, bool accumulate)
    {
        Vector512<float> p0, p1, p2, p3, p4, p5, p6, p7, q0, q1, q2, q3, q4, q5, q6, q7;
        p0 = p1 = p2 = p3 = p4 = p5 = p6 = p7 = q0 = q1 = q2 = q3 = q4 = q5 = q6 = q7 = Vector512<float>.Zero;
        var a4 = a + 4 * (long)row;
        var row3 = 3 * (long)row;
        for (var k = 0; k < inner; k++, a += column, a4 += column, b += ldb)
        {
            var (x, y) = (Vector512.Load(b), Vector512.Load(b + Lanes));
            var s = Vector512.Create(a[0]);
            p0 = Vector512.FusedMultiplyAdd(s, x, p0);
            q0 = Vector512.FusedMultiplyAdd(s, y, q0);
            s = Vector512.Create(a[row]);
            p1 = Vector512.FusedMultiplyAdd(s, x, p1);
            q1 = Vector512.FusedMultiplyAdd(s, y, q1);
            s = Vector512.Create(a[2 * row]);
            p2 = Vector512.FusedMultiplyAdd(s, x, p2);
            q2 = Vector512.FusedMultiplyAdd(s, y, q2);
            s = Vector512.Create(a[row3]);
            p3 = Vector512.FusedMultiplyAdd(s, x, p3);
            q3 = Vector512.FusedMultiplyAdd(s, y, q3);
            s = Vector512.Create(a4[0]);
            p4 = Vector512.FusedMultiplyAdd(s, x, p4);
            q4 = Vector512.FusedMultiplyAdd(s, y, q4);
            s = Vector512.Create(a4[row]);
            p5 = Vector512.FusedMultiplyAdd(s, x, p5);
            q5 = Vector512.FusedMultiplyAdd(s, y, q5);
            s = Vector512.Create(a4[2 * row]);
            p6 = Vector512.FusedMultiplyAdd(s, x, p6);
            q6 = Vector512.FusedMultiplyAdd(s, y, q6);
            s = Vector512.Create(a4[row3]);
            p7 = Vector512.FusedMultiplyAdd(s, x, p7);
            q7 = Vector512.FusedMultiplyAdd(s, y, q7);
        }

        Put(c, p0, q0, accumulate);
        Put(c + ldc, p1, q1, accumulate);
        Put(c + 2 * ldc, p2, q2, accumulate);
        Put(c + 3 * ldc, p3, q3, accumulate);
        Put(c + 4 * ldc, p4, q4, accumulate);
        Put(c + 5 * ldc, p5, q5, accumulate);
        Put(c + 6 * ldc, p6, q6, accumulate);
        Put(c + 7 * ldc, p7, q7, accumulate);
    }

    private static void One(float* a, int column, float* b, int ldb, float* c, int inner, bool accumulate)
    {
        var (p, q) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var k = 0; k < inner; k++, a += column, b += ldb)
        {
            var s = Vector512.Create(a[0]);
            p = Vector512.FusedMultiplyAdd(s, Vector512.Load(b), p);
            q = Vector512.FusedMultiplyAdd(s, Vector512.Load(b + Lanes), q);
        }

        Put(c, p, q, accumulate);
    }

    private static void Put(float* c, Vector512<float> p, Vector512<float> q, bool accumulate)
    {
        if (accumulate)
        {
            p += Vector512.Load(c);
            q += Vector512.Load(c + Lanes);
        }

        p.Store(c);
        q.Store(c + Lanes);
    }
}
