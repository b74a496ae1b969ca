using FFF.Kernels;
using FFF.Kernels.Vectors;
using Xunit;

namespace FFF.Tests.Kernels;

public sealed unsafe class ClassifierProductsTests
{
    private readonly Random _random = new(1);

    [Theory]
    [InlineData(10, 3, 2, false, false)]
    [InlineData(10, 3, 3, true, false)]
    [InlineData(20, 20, 26, true, true)]
    [InlineData(30, 4, 1, true, false)]
    public void MultipliesWeightsWithPoints(int outputs, int inputs, int blocks, bool withBias, bool transposed)
    {
        MultipliesWeights<Lanes128>(outputs, inputs, blocks, withBias, transposed);
        MultipliesWeights<Lanes256>(outputs, inputs, blocks, withBias, transposed);
        MultipliesWeights<Lanes512>(outputs, inputs, blocks, withBias, transposed);
    }

    [Theory]
    [InlineData(1, 10, 2)]
    [InlineData(3, 20, 26)]
    [InlineData(20, 20, 26)]
    public void SumsOverPoints(int rows, int columns, int blocks)
    {
        Sums<Lanes128>(rows, columns, blocks);
        Sums<Lanes256>(rows, columns, blocks);
        Sums<Lanes512>(rows, columns, blocks);
    }

    private void MultipliesWeights<V>(int outputs, int inputs, int blocks, bool withBias, bool transposed)
        where V : unmanaged, ILanes<V>
    {
        var width = V.Count * blocks;
        var (w, x, bias, y) = (Draw(outputs * inputs), Draw(inputs * width), Draw(outputs), new float[outputs * width]);
        var (outputStride, inputStride) = transposed ? (1, outputs) : (inputs, 1);
        for (var j = 0; j < outputs; j++)
        {
            y.AsSpan(j * width, width).Fill(bias[j]);
        }

        fixed (float* pw = w, px = x, py = y)
        {
            PanelProduct<V>.Multiply(pw, outputStride, inputStride, px, width, py, width, outputs, width, inputs, accumulate: withBias);
        }

        for (var j = 0; j < outputs; j++)
        {
            for (var b = 0; b < width; b++)
            {
                var sum = withBias ? (double)bias[j] : 0;
                for (var k = 0; k < inputs; k++)
                {
                    sum += (double)w[(j * outputStride) + (k * inputStride)] * x[(k * width) + b];
                }

                Assert.Equal(sum, y[(j * width) + b], 1e-5);
            }
        }
    }

    private void Sums<V>(int rows, int columns, int blocks)
        where V : unmanaged, ILanes<V>
    {
        var width = V.Count * blocks;
        var (left, right, product) = (Draw(rows * width), Draw(columns * width), new float[rows * columns]);
        fixed (float* pl = left, pr = right, pp = product)
        {
            TransposedProduct<V>.Multiply(pl, rows, pr, columns, pp, width);
        }

        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = Enumerable.Range(0, width).Sum(b => (double)left[(i * width) + b] * right[(j * width) + b]);
                Assert.Equal(sum, product[(i * columns) + j], 1e-4);
            }
        }
    }

    private float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((2 * _random.NextDouble()) - 1))];
}
