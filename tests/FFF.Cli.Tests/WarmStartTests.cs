using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Runs that begin with the weights of others.</summary>
public sealed class WarmStartTests : IDisposable
{
    private readonly Workplace _place = new();

    public WarmStartTests()
    {
        _place.Write("toy.yaml", Configs.Toy);
        Done("train", "--config", "toy.yaml", "training.epochs=20");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void ARunGoesOnFromAnotherAndItsManifestSaysSo()
    {
        var more = Done("train", "--from", "moons", "training.epochs=3", "training.optimizer.learning_rate=1e-5");
        Assert.Equal("runs/moons/v0002", more.LastLine);
        Assert.Contains("begins with the weights of moons/v0001", more.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("split anew", more.Error, StringComparison.Ordinal);
        var (first, second) = (ResumeTests.Column(_place, "v0001", "val_nll"), ResumeTests.Column(_place, "v0002", "val_nll"));
        double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

        // It is where the other one ended, and not at its start.
        Assert.True(Math.Abs(Number(second[0]) - Number(first[^1])) < 0.2 * Math.Abs(Number(first[0]) - Number(first[^1])),
            $"{first[0]} … {first[^1]}, then {second[0]}");

        Done("train", "--from", "moons/v0002", "--name", "grandchild", "training.epochs=1", "data.samples=800");
        var lineage = JsonDocument.Parse(File.ReadAllText(_place["runs/grandchild/v0001/manifest.json"])).RootElement.GetProperty("lineage");
        Assert.Equal(["moons/v0001", "moons/v0002"], lineage.EnumerateArray().Select(ancestor => ancestor.GetProperty("run").GetString()));
        Assert.All(lineage.EnumerateArray(), ancestor => Assert.Equal(64, ancestor.GetProperty("sha256").GetString()!.Length));
        Assert.Contains("moons/v0002 after", _place.Run("runs", "show", "grandchild").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreDataAreSplitAnewAndThatIsTold()
    {
        var more = Done("train", "--from", "moons", "data.samples=800", "training.epochs=1");
        Assert.Contains("split anew", more.Error, StringComparison.Ordinal);
        Assert.Contains("moons/v0001", File.ReadAllText(_place["runs/moons/v0002/manifest.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--from begins a new run", "--from", "moons", "--resume", "auto")]
    [InlineData("There is no run 'none'", "--from", "none")]
    public void WhatCannotBeIsRefused(string message, params string[] args) => UsageTests.Refused(_place, message, ["train", .. args]);

    [Fact]
    public void AnotherNetworkCannotTakeTheWeights()
    {
        var outcome = _place.Run("train", "--from", "moons", "flow.network.widths=[8, 8]");
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("needs the same network and columns", outcome.Error, StringComparison.Ordinal);

        // Weights of the same shapes, or of fewer parts, are those of another network all the same.
        var activation = _place.Run("train", "--from", "moons", "flow.network.activation=tanh");
        Assert.NotEqual(0, activation.Code);
        Assert.Contains("is of another network, of 'activation: silu' and not 'activation: tanh'", activation.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_place["runs/moons/v0002"]));
    }

    /// <summary>The last checkpoint is another model: nothing takes it in place of a best one that the run had.</summary>
    [Fact]
    public void ABestCheckpointThatIsGoneIsMissed()
    {
        File.Delete(_place["runs/moons/v0001/checkpoints/best.safetensors"]);
        foreach (var args in (string[][])[["train", "--from", "moons"], ["sample", "--run", "moons"], ["eval-nll", "--run", "moons"]])
        {
            UsageTests.Refused(_place, "best.safetensors: is gone, though the run was validated", args);
        }

        Done("sample", "--run", "moons", "--checkpoint", "last", "-n", "3");
    }

    private Outcome Done(params string[] args)
    {
        var outcome = _place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }
}
