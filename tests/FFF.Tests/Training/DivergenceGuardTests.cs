using FFF.Training;
using Xunit;

namespace FFF.Tests.Training;

public sealed class DivergenceGuardTests
{
    private static readonly DivergenceGuard Guard = new(new GuardConfig { MaxSkipped = 3, MaxReturns = 1 });

    /// <summary>
    /// Of steps in a row that are not finite the first is told, and after the third the run returns with half the rate; when that has been
    /// done once, the next third one ends it.
    /// </summary>
    [Fact]
    public void StepsThatAreNotFiniteAreSkippedThenReturnedFrom()
    {
        var counters = new TrainerCounters { Step = 9, Updates = 8, GoodUpdates = 5 };
        var first = Guard.Skipped(counters);
        Assert.Equal("Step 10: the loss or its gradient is not finite; the step is skipped.", Assert.Single(first.Warnings));
        Assert.Equal((1L, 1, false), (first.Counters.Skipped, first.Counters.BadInARow, first.Returns));

        var second = Guard.Skipped(first.Counters);
        Assert.Empty(second.Warnings);
        Assert.False(second.Returns);

        var third = Guard.Skipped(second.Counters);
        Assert.True(third.Returns);
        Assert.Contains("3 steps in a row were not finite or spikes", Assert.Single(third.Warnings), StringComparison.Ordinal);
        Assert.Equal(counters with { Updates = 5, Skipped = 3, Returns = 1, RateFactor = 0.5 }, third.Counters);

        var again = Guard.Skipped(Guard.Skipped(third.Counters).Counters);
        Assert.False(again.Returns);
        Assert.Throws<DivergedException>(() => Guard.Skipped(again.Counters));
    }

    /// <summary>A step that was made ends the row, and the next that is not finite is told again.</summary>
    [Fact]
    public void AStepThatWasMadeEndsTheRow()
    {
        var made = Guard.Made(1, Guard.Skipped(new TrainerCounters()).Counters);
        Assert.Equal((0, false), (made.Counters.BadInARow, made.Returns));
        Assert.Empty(made.Warnings);
        Assert.Single(Guard.Skipped(made.Counters).Warnings);
    }
}
