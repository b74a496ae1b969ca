using FFF.Kernels;
using FFF.Kernels.Vectors;
using Xunit;

namespace FFF.Tests.Kernels;

/// <summary>Products against sums in double: rows, vectors and terms that fill panels and such that do not; of a matrix and of its transpose.</summary>
public sealed unsafe class PanelProductTests
{
    private readonly Random _random = new(1);

    [Theory]
    [InlineData(12, 2, 64, false, false)]
    [InlineData(13, 3, 65, false, true)]
    [InlineData(5, 1, 7, true, false)]
    [InlineData(8, 4, 130, true, true)]
    [InlineData(1, 5, 1, false, false)]
    public void AgreesWithSums(int rows, int vectors, int inner, bool isTransposed, bool accumulate)
    {
        Compare<Lanes128>(rows, vectors, inner, isTransposed, accumulate);
        Compare<Lanes256>(rows, vectors, inner, isTransposed, accumulate);
        Compare<Lanes512>(rows, vectors, inner, isTransposed, accumulate);
    }

    private void Compare<V>(int rows, int vectors, int inner, bool isTransposed, bool accumulate)
        where V : unmanaged, ILanes<V>
    {
        const int Gap = 3;
        var columns = vectors * V.Count;
        var (ldb, ldc) = (columns + Gap, columns + Gap);
        var (row, column) = isTransposed ? (1, rows + Gap) : (inner + Gap, 1);
        var (a, b, before) = (Draw((rows + Gap) * (inner + Gap)), Draw(inner * ldb), Draw(rows * ldc));
        var c = (float[])before.Clone();
        fixed (float* pa = a, pb = b, pc = c)
        {
            PanelProduct<V>.Multiply(pa, row, column, pb, ldb, pc, ldc, rows, columns, inner, accumulate);
        }

        for (var m = 0; m < rows; m++)
        {
            for (var n = 0; n < ldc; n++)
            {
                var sum = n >= columns || accumulate ? (double)before[m * ldc + n] : 0;
                for (var k = 0; k < inner && n < columns; k++)
                {
                    sum += (double)a[m * row + k * column] * b[k * ldb + n];
                }

                Assert.Equal(sum, c[m * ldc + n], 1e-5);
            }
        }
    }

    private float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((2 * _random.NextDouble()) - 1))];
}
