using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Runs that MLflow is told of, as somebody does it who compares runs there.</summary>
public sealed class TrackingTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void ARunIsTrackedWhileItTrainsAndOthersLater()
    {
        _place.Write("toy.yaml", """
            name: toy
            data: { kind: toy, distribution: two_moons, samples: 400 }
            method: { flow: { network: { kind: dense, widths: [8], identity: true } } }
            training: { epochs: 2, threads: 1, device: cpu }
            evaluate: [nll]
            """);
        var trained = _place.Run("train", "--config", "toy.yaml", "--tracking", "mlruns");
        Assert.True(trained.Code == 0, trained.Error);
        var run = Assert.Single(Directory.GetDirectories(Assert.Single(Directory.GetDirectories(_place["mlruns"]))));
        Assert.Contains("status: 3\n", File.ReadAllText(Path.Combine(run, "meta.yaml")), StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(run, "metrics", "loss")).Length);
        Assert.Single(File.ReadAllLines(Path.Combine(run, "metrics", "nll")));
        Assert.Equal("toy", File.ReadAllText(Path.Combine(run, "params", "data.kind")));

        // A server that is not there stops nothing, and what it missed is told later.
        trained = _place.Run("train", "--config", "toy.yaml", "--tracking", "http://127.0.0.1:9");
        Assert.True(trained.Code == 0, trained.Error);
        Assert.Contains("does not answer", trained.Error, StringComparison.Ordinal);
        var told = _place.Run("runs", "track");
        Assert.True(told.Code == 0, told.Error);
        Assert.Contains("toy/v0001: nothing new", told.Out, StringComparison.Ordinal);
        Assert.Matches(@"toy/v0002: \d+ numbers", told.Out);
    }

    [Theory]
    [InlineData("expected http://HOST:PORT", "train", "--config", "toy/base", "--tracking", "sqlite:///x.db")]
    [InlineData("there are no runs", "runs", "track")]
    public void WhatCannotBeIsSaid(string expected, params string[] arguments) => UsageTests.Refused(_place, expected, arguments);
}
