using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Several flows that are one run: trained, interrupted, resumed and read as any other.</summary>
public sealed class EnsembleTests : IDisposable
{
    private readonly Workplace _place = new();

    public EnsembleTests() => _place.Write("toy.yaml", Configs.Toy);

    public void Dispose() => _place.Dispose();

    [Fact]
    public void WhateverReadsARunReadsAnEnsemble()
    {
        LongRun.Only();
        Assert.Contains("an ensemble of 3", Done("train", "--config", "toy.yaml", "training.ensemble=3", "--dry-run").Out, StringComparison.Ordinal);
        Assert.Contains("the run is their mixture", Done("train", "--config", "toy.yaml", "training.ensemble=3").Error, StringComparison.Ordinal);
        Done("train", "--config", "toy.yaml", "--name", "one");
        Assert.Equal(3, Manifest("moons").GetProperty("ensemble").GetInt32());
        Assert.False(Manifest("one").TryGetProperty("ensemble", out _));
        Assert.Contains("flows", Done("runs", "list").Out, StringComparison.Ordinal);
        Assert.Contains("the mixture of 3 flows", Done("runs", "show", "moons").Out, StringComparison.Ordinal);
        Done("report", "moons", "--out", "report.html");
        Assert.Contains("the mixture of 3 flows", File.ReadAllText(_place["report.html"]), StringComparison.Ordinal);

        Done("sample", "--run", "moons", "-n", "40", "--log-prob", "--out", "s.csv");
        Done("sample", "--run", "moons", "-n", "40", "--log-prob", "--out", "again.csv");
        Assert.Equal(File.ReadAllText(_place["s.csv"]), File.ReadAllText(_place["again.csv"]));
        Assert.Equal(41, Done("log-prob", "--run", "moons", "--data", "s.csv").Out.TrimEnd().Split('\n').Length);
        Done("eval-nll", "--run", "moons");
        Done("map", "--run", "moons");
        Done("sample", "--run", "moons", "-n", "5", "--temperature", "0.5");
        UsageTests.Refused(_place, "this is an ensemble: each sample is decoded by one of its flows", "sample", "--run", "moons", "--candidates", "4");
        Done("sample", "--run", "moons", "-n", "5", "--candidates", "4", "--choose", "density");
        UsageTests.Refused(_place, "An ensemble (training.ensemble) cannot be exported", "export", "--run", "moons", "--out", "model");
        UsageTests.Refused(_place, "is an ensemble of 3 flows, each of which has codes of its own", "encode", "--run", "moons", "--data", "s.csv");
        UsageTests.Refused(_place, "expected no evaluation theory for an ensemble",
            "train", "--config", "toy.yaml", "training.ensemble=3", "evaluate=[theory]");
        Assert.NotEqual(0, _place.Run("sample", "--run", "moons", "-n", "5", "--temperature", "0.5", "--log-prob").Code);
        Done("train", "--from", "moons", "training.epochs=1");
    }

    [Fact(Skip = "Signals are Unix's", SkipUnless = nameof(ResumeTests.HasSignals), SkipType = typeof(ResumeTests))]
    public void AnInterruptedEnsembleResumesToTheSameBits()
    {
        string[] train =
        [
            "train", "--config", "toy.yaml", "training.ensemble=2", "training.epochs=60", "training.validate_every=10", "training.ema=0.99", "evaluate=[]",
        ];
        using (var training = _place.Start([], train))
        {
            training.WaitFor("Epoch 10:");
            ResumeTests.Interrupt(training.Id);
            Assert.Equal(3, training.End().Code);
        }

        Assert.Equal("runs/moons/v0001", Done([.. train, "--resume", "auto"]).LastLine);
        Assert.Equal("runs/moons/v0002", Done(train).LastLine);
        Assert.Equal(ResumeTests.Column(_place, "v0002", "val_nll"), ResumeTests.Column(_place, "v0001", "val_nll"));
    }

    [Fact]
    public void ASweepComparesEnsembles()
    {
        _place.Write("sweep.yaml", """
            name: sizes
            configs: [toy.yaml]
            metric: nll
            search: { kind: grid, keys: { training.ensemble: [1, 2] } }
            """);
        Done("sweep", "--config", "sweep.yaml", "--jobs", "1");
        Assert.Contains("training.ensemble", Done("sweep", "best", "sizes").Out, StringComparison.Ordinal);
        Assert.Equal(2, Manifest("sizes-0001").GetProperty("ensemble").GetInt32());
    }

    private JsonElement Manifest(string run) => JsonDocument.Parse(File.ReadAllText(_place[$"runs/{run}/v0001/manifest.json"])).RootElement;

    private Outcome Done(params string[] args)
    {
        var outcome = _place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }
}
