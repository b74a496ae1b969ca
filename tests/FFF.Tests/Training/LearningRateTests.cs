using FFF.Training;
using Xunit;

namespace FFF.Tests.Training;

public sealed class LearningRateTests
{
    [Theory]
    [InlineData(0, 0.04)]
    [InlineData(0.15, 0.52)]
    [InlineData(0.3, 1)]
    [InlineData(0.65, 0.505)]
    [InlineData(1, 0.01)]
    public void OneCycleRisesAndFallsByHalfCosines(double progress, double factor) =>
        Assert.Equal(factor, LearningRate.Factor(new OneCycleSchedule { Initial = 0.04, Warmup = 0.3, Final = 0.01 }, progress, 0), 1e-12);

    /// <summary>A warm-up of the whole run never falls, and its last step has the full rate.</summary>
    [Theory]
    [InlineData(0.5, 0.55)]
    [InlineData(1, 1)]
    public void AWarmupOfTheWholeRunEndsAtTheFullRate(double progress, double factor) =>
        Assert.Equal(factor, LearningRate.Factor(new OneCycleSchedule { Initial = 0.1, Warmup = 1, Final = 0.01 }, progress, 0), 1e-12);

    [Fact]
    public void CosineFallsFromTheFullRate()
    {
        var schedule = new CosineSchedule { Final = 0.2 };
        Assert.Equal([1, 0.6, 0.2], new[] { 0, 0.5, 1 }.Select(progress => Math.Round(LearningRate.Factor(schedule, progress, 7), 12)));
    }

    [Fact]
    public void ExponentialFallsByTheEpoch() => Assert.Equal(0.125, LearningRate.Factor(new ExponentialSchedule { Gamma = 0.5 }, 0.4, 3), 1e-12);
}
