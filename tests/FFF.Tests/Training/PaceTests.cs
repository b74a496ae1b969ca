using FFF.Training;
using Xunit;

namespace FFF.Tests.Training;

public sealed class PaceTests
{
    private const long Start = 40;

    private readonly Pace _pace = new(Start);
    private double _time;

    /// <summary>The mean of steps 4 to 6 after six, of 51 to 100 after a hundred; to a mark's distance of 9 after 10,000.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 2, 3)]
    [InlineData(6, 4, 6)]
    [InlineData(100, 51, 100)]
    [InlineData(10_000, 5_001, 10_000)]
    public void ItIsThatOfTheSecondHalf(int steps, int first, int last)
    {
        for (var step = 1; step < steps; step++)
        {
            _ = Step(step, seconds: step);
        }

        var pace = Step(steps, seconds: steps);
        Assert.Equal((first + last) / 2.0, pace, steps > 1000 ? 10 : 1e-9);
    }

    [Fact]
    public void WhatWasSlowBeforeDoesNotStay()
    {
        Assert.Equal(10, Steps(1, 100, 10), 1e-6);
        Assert.Equal(1, Steps(101, 250, 1), 1e-6);
    }

    [Fact]
    public void AStopIsSharedByManySteps()
    {
        _ = Steps(1, 999, 0.1);
        Assert.Equal((3600 + 49.9) / 500, Step(1000, 3600), 1e-6);
        Assert.Equal(0.1, Steps(1001, 2100, 0.1), 1e-6);
    }

    private double Steps(int from, int to, double seconds)
    {
        for (var step = from; step < to; step++)
        {
            _ = Step(step, seconds);
        }

        return Step(to, seconds);
    }

    private double Step(int step, double seconds) => _pace.PerStep(Start + step, TimeSpan.FromSeconds(_time += seconds)).TotalSeconds;
}
