using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>A finished run goes on to more epochs.</summary>
public sealed class ExtensionOfRunsTests(TrainedRuns trained)
{
    [Fact]
    public void AFinishedRunGoesOnToMoreEpochs()
    {
        using var place = trained.Copy();
        var finished = place.Run("train", "--resume", "moons");
        Assert.Equal(2, finished.Code);
        Assert.Contains("has finished after 2 epochs", finished.Error, StringComparison.Ordinal);
        Assert.Contains("training.epochs=N", finished.Error, StringComparison.Ordinal);

        var longer = place.Run("train", "--resume", "moons", "training.epochs=4");
        Assert.True(longer.Code == 0, longer.Error);
        Assert.Equal("runs/moons/v0001", longer.LastLine);
        Assert.Contains("now to 4 epochs in place of 2", longer.Error, StringComparison.Ordinal);
        Assert.Contains("the learning rate goes on at", longer.Error, StringComparison.Ordinal);
        var manifest = JsonDocument.Parse(File.ReadAllText(place["runs/moons/v0001/manifest.json"])).RootElement;
        Assert.Equal(("finished", 4), (manifest.GetProperty("status").GetString(), manifest.GetProperty("epoch").GetInt32()));
        Assert.Equal(4, Assert.Single(manifest.GetProperty("extensions").EnumerateArray()).GetProperty("epochs").GetInt32());
        Assert.Equal(["1", "2", "3", "4"], ResumeTests.Column(place, "v0001", "epoch"));
    }

    [Theory]
    [InlineData("can be raised, found 2", "training.epochs=2")]
    [InlineData("can be raised, found 1", "training.epochs=1")]
    [InlineData("but for more epochs", "seed=3")]
    [InlineData("but for more epochs", "training.epochs=4", "seed=3")]
    public void NothingElseOfItIsChanged(string message, params string[] overrides)
    {
        using var place = trained.Copy();
        var manifest = File.ReadAllText(place["runs/moons/v0001/manifest.json"]);
        var outcome = place.Run(["train", "--resume", "moons", .. overrides]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(manifest, File.ReadAllText(place["runs/moons/v0001/manifest.json"]));
    }
}
