using FFF.Training;
using Xunit;

namespace FFF.Tests.Training;

public sealed class LossLevelTests
{
    [Fact]
    public void FewLossesCountAlike()
    {
        double[] losses = [3, 5, -1, 7];
        Assert.Equal(losses.Average(), losses.Aggregate(default(LossLevel), (level, loss) => level.Add(loss)).Mean, 1e-12);
    }

    [Fact]
    public void TheDeviationOfNormalNoiseIsItsMeanAbsoluteOne()
    {
        var random = new Random(1);
        var level = default(LossLevel);
        var (means, deviations) = (new List<double>(), new List<double>());
        for (var i = 0; i < 20_000; i++)
        {
            level = level.Add(4 + 2 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            means.Add(level.Mean);
            deviations.Add(level.Deviation);
        }

        Assert.Equal(4, means.Average(), 0.1);
        Assert.Equal(2 * Math.Sqrt(2 / Math.PI), deviations.Average(), 0.05); // E|N(0, 2²)|; the mean's own noise adds half a percent.
    }

    [Fact]
    public void NothingIsASpikeBeforeTheLevelIsKnown()
    {
        var level = default(LossLevel);
        for (var i = 0; i < 99; i++)
        {
            level = level.Add(i % 2);
            Assert.False(level.IsSpike(1e9, 20));
        }

        level = level.Add(0);
        Assert.True(level.IsSpike(1e9, 20));
        Assert.False(level.IsSpike(1, 20));
    }
}
