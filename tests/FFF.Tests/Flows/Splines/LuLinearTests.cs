using FFF.Flows.Splines;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Splines;

public sealed class LuLinearTests
{
    [Fact]
    public void ItStartsAsTheIdentity()
    {
        var x = new RandomStream(0).Normal([5, 4], float64);
        var (y, logDet) = new LuLinear(4).to(float64).Forward(x);
        Check.Close(y, x, 1e-14);
        Assert.Equal(0, logDet.item<double>(), 1e-14);
    }

    /// <summary>The matrix is read off the images of the basis.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ItIsAffineWithThatDeterminantAndInverse(int dimension)
    {
        var layer = SplineFlows.Randomized(new LuLinear(dimension), 1).to(float64);
        var offset = layer.Forward(zeros(1, dimension, dtype: float64)).Y;
        var matrix = (layer.Forward(eye(dimension, dtype: float64)).Y - offset).t();
        Assert.True(offset.abs().min().item<double>() > 0);

        var x = new RandomStream(2).Normal([6, dimension], float64);
        var (y, logDet) = layer.Forward(x);
        Check.Close(y, matmul(x, matrix.t()) + offset, 1e-12);
        Check.Close(logDet, linalg.slogdet(matrix).Item2, 1e-12);

        var (back, logDetBack) = layer.Inverse(y);
        Check.Close(back, x, 1e-12);
        Check.Close(logDetBack, logDet, 0);
    }
}
