using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Sweeps that are started twice.</summary>
public sealed class SweepTogetherTests
{
    [Fact]
    public void TwoSweepsAtOnceTrainEachTrialOnce()
    {
        LongRun.Only();
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", SweepTests.Sweep);
        using var first = place.Start([], ["sweep", "--config", "sweep.yaml"]);
        using var second = place.Start([], ["sweep", "--config", "sweep.yaml"]);
        foreach (var outcome in (Outcome[])[first.End(), second.End()])
        {
            Assert.True(outcome.Code == 0, outcome.Error);
        }

        for (var trial = 0; trial < 4; trial++)
        {
            Assert.Equal("v0001", Path.GetFileName(Assert.Single(Directory.GetDirectories(place[$"runs/tiny-000{trial}"]))));
        }

        Assert.Contains("4 finished", place.Run("sweep", "status", "tiny").Out, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(place["runs/tiny.sweep/logs"], "*.failed"));
    }
}
