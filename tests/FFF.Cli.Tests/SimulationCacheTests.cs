using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Simulations that are kept between runs.</summary>
public sealed class SimulationCacheTests
{
    [Fact]
    public void SimulationsAreKeptUnlessTheyShallNotBe()
    {
        using var place = new Workplace();
        place.Write("sbi.yaml", Configs.Sbi);
        (string, string)[] cache = [("FFF_CACHE", place["cache"])];
        Assert.Equal(0, place.Run(cache, ["train", "--config", "sbi.yaml", "training.epochs=1", "data.cache=false"]).Code);
        Assert.False(Directory.Exists(place["cache/simulations"]));

        Assert.Equal(0, place.Run(cache, ["train", "--config", "sbi.yaml", "training.epochs=1"]).Code);
        var file = Assert.Single(Directory.GetFiles(place["cache/simulations"]));
        Assert.StartsWith("two_moons-500-seed0-", Path.GetFileName(file), StringComparison.Ordinal);

        // Both runs had the same data, and so has an evaluation that finds the file damaged.
        Assert.Equal(File.ReadAllText(place["runs/posterior/v0001/metrics.csv"]).Split('\n')[1].Split(',')[5..],
            File.ReadAllText(place["runs/posterior/v0002/metrics.csv"]).Split('\n')[1].Split(',')[5..]);
        File.WriteAllText(file, "damaged");
        var first = place.Run(cache, ["eval-nll", "--run", "posterior", "--json"]);
        var second = place.Run(cache, ["eval-nll", "--run", "posterior", "--json"]);
        Assert.Contains($"Warning: {file}: does not hold the simulations", first.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("does not hold the simulations", second.Error, StringComparison.Ordinal);
        Assert.Equal(first.Out, second.Out);
    }

    [Fact]
    public void ACacheThatCannotBeWrittenIsToldAndDoesNoHarm()
    {
        using var place = new Workplace();
        place.Write("sbi.yaml", Configs.Sbi);
        place.Write("cache", "a file where the folder should be");
        var outcome = place.Run([("FFF_CACHE", place["cache"])], ["train", "--config", "sbi.yaml", "training.epochs=1"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("Warning: The simulations could not be kept for the next time", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("runs/posterior/v0001", outcome.LastLine);
    }
}
