using FFF.Configuration;
using FFF.Sweeps;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Sweeps;

/// <summary>Which trials are dropped early.</summary>
public sealed class HalvingTests : IDisposable
{
    private static readonly HalvingConfig Rungs = new() { Epochs = 2, Factor = 3 };

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void RungsAreFurtherApartEachTimeAndEndBeforeTheLastEpoch() => Assert.Equal([2, 6, 18], Halving.Rungs(Rungs, 54));

    [Theory]
    [InlineData(true, 5.0)]
    [InlineData(false, 5.0, 1.0)]
    [InlineData(true, 0.5, 1.0)]
    [InlineData(true, 2.0, 1.0, 3.0, 4.0, 5.0, 6.0)]
    [InlineData(false, 3.5, 1.0, 3.0, 4.0, 5.0, 6.0)]
    [InlineData(false, double.NaN, 1.0)]
    public void OneOfThreeGoesOn(bool goes, double value, params double[] others) => Assert.Equal(goes, Halving.Goes(others, value, 3));

    /// <summary>Curves whose order is known from the first epoch on: of 27 only the better ones come far, and the very best comes to the end.</summary>
    [Fact]
    public void TheRightTrialsAreDropped()
    {
        var sweep = Sweep();
        double[] levels = [.. Enumerable.Range(0, 27).Select(i => (i * 10) % 27).Select(rank => (double)rank)];
        var reached = new int[levels.Length];
        for (var trial = 0; trial < levels.Length; trial++)
        {
            var halving = new Halving(sweep, Rungs, trial, 54);
            for (var epoch = 1; epoch <= 54 && halving.Goes(epoch, levels[trial] + (10.0 / epoch)); epoch++)
            {
                reached[trial] = epoch;
            }
        }

        Assert.Equal(54, reached[Array.IndexOf(levels, 0)]);
        Assert.All(levels.Zip(reached).Where(trial => trial.First >= 18 && trial.First != levels[0]), trial => Assert.True(trial.Second < 6));
        Assert.True(reached.Sum() < 0.4 * 54 * levels.Length);
        Assert.Equal(levels.Length, sweep.ReadRungs().Count(record => record.Rung == 2));
    }

    /// <summary>A trial that was stopped comes to a rung again from an earlier checkpoint: what others did meanwhile changes nothing.</summary>
    [Fact]
    public void ADecisionStays()
    {
        var sweep = Sweep();
        Assert.True(new Halving(sweep, Rungs, 0, 54).Goes(2, 5));
        Assert.True(new Halving(sweep, Rungs, 1, 54).Goes(2, 1));
        Assert.False(new Halving(sweep, Rungs, 2, 54).Goes(2, 3));
        Assert.True(new Halving(sweep, Rungs, 0, 54).Goes(2, 50));
        var again = new Halving(sweep, Rungs, 2, 54);
        Assert.False(again.Goes(2, 0));
        Assert.Equal(new RungRecord(2, 2, 3, false), again.Dropped);
        Assert.True(new Halving(sweep, Rungs, 3, 54).Goes(7, null));
    }

    private SweepFolder Sweep()
    {
        var sweep = SweepFolder.At(_root.Path, "s");
        Directory.CreateDirectory(sweep.Path);
        return sweep;
    }
}
