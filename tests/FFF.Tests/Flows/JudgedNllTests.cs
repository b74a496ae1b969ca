using FFF.Flows;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>What a likelihood tells more finely than its reconstruction is not believed.</summary>
public sealed class JudgedNllTests
{
    /// <summary>A Gaussian of deviation s told with a reconstruction error of variance v in each dimension counts as one of variance s² + v.</summary>
    [Theory]
    [InlineData(1, 1.0, 0.5)]
    [InlineData(3, 0.1, 0.02)]
    [InlineData(10, 2.0, 1e-4)]
    public void NoiseOfTheReconstructionWidensAGaussian(long dimension, double deviation, double variance)
    {
        double Entropy(double of) => 0.5 * dimension * Math.Log(2 * Math.PI * Math.E * of);
        var nll = Entropy(deviation * deviation);
        var judged = nll + JudgedNll.Excess(nll, full(100, dimension * variance, float64), dimension);
        Assert.Equal(Entropy((deviation * deviation) + variance), judged, 1e-9);
    }

    [Fact]
    public void ALikelihoodThatGrowsWithoutBoundIsJudgedByTheEntropyOfTheNoise()
    {
        double Judged(double nll) => nll + JudgedNll.Excess(nll, full(10, 2 * 0.01, float64), 2);
        Assert.Equal(Math.Log(2 * Math.PI * Math.E * 0.01), Judged(-60), 1e-6);
        Assert.Equal(Judged(-80), Judged(-60), 1e-9);
    }

    [Fact]
    public void NothingIsAddedWhereAllIsReconstructedAndFewFarRowsDoNotDecide()
    {
        Assert.Equal(0, JudgedNll.Excess(1, zeros(10, float64), 2));
        using var rows = full(1000, 1e-8, float64);
        rows[0] = 1e6;
        Assert.InRange(JudgedNll.Excess(1, rows, 2), 0, 0.03);
    }
}
