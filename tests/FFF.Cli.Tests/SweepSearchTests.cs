using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Sweeps that choose trials by results, and that drop bad ones early.</summary>
public sealed class SweepSearchTests
{
    private const string Tpe = """
        name: tpe
        configs: [toy.yaml]
        metric: nll
        search:
          kind: tpe
          trials: 6
          startup: 3
          keys:
            training.optimizer.learning_rate: {kind: log-uniform, low: 1.0e-6, high: 1.0e-1}
            flow.network.widths: {kind: choice, values: [[8], [16]]}
        """;

    [Fact]
    public void BadTrialsAreDroppedAndSoTheyStay()
    {
        LongRun.Only();
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", """
            name: asha
            configs: [toy.yaml]
            metric: nll
            set: {training.epochs: 12}
            halving: {epochs: 2, factor: 3}
            search: {kind: grid, keys: {training.optimizer.learning_rate: [1.0e-2, 1.0e-6, 1.0e-7]}}
            """);
        var swept = place.Run("sweep", "--config", "sweep.yaml");
        Assert.True(swept.Code == 0, swept.Error);
        Assert.Contains("asha-0001 dropped", swept.Error, StringComparison.Ordinal);
        Assert.Equal(["finished", "dropped", "dropped"], Trials(place, "asha").Select(trial => trial.GetProperty("status").GetString()));
        Assert.Contains("1 finished, 2 dropped", place.Run("sweep", "status", "asha").Out, StringComparison.Ordinal);
        Assert.Contains("dropped: Dropped by its sweep", place.Run("runs", "show", "asha-0001").Out, StringComparison.Ordinal);
        var listed = JsonDocument.Parse(place.Run("runs", "list", "--status", "dropped", "--json").Out).RootElement;
        Assert.Equal(["asha-0001/v0001", "asha-0002/v0001"], listed.EnumerateArray().Select(run => run.GetProperty("run").GetString()!).Order());
        Assert.Equal(4, File.ReadAllLines(place["runs/asha.sweep/rungs.jsonl"]).Length);

        var decisions = File.ReadAllText(place["runs/asha.sweep/rungs.jsonl"]);
        Assert.Contains("Nothing to start", place.Run("sweep", "--config", "sweep.yaml").Error, StringComparison.Ordinal);
        Assert.Contains("No trial of asha has failed", place.Run("sweep", "retry", "asha").Error, StringComparison.Ordinal);
        Assert.Contains("was dropped after 2 epochs", place.Run("train", "--trial", "asha:1", "--resume", "auto").Error, StringComparison.Ordinal);
        Assert.Equal(decisions, File.ReadAllText(place["runs/asha.sweep/rungs.jsonl"]));
        Assert.Equal(0, place.Run("train", "--resume", "asha-0001").Code);
        Assert.Contains("2 finished, 1 dropped", place.Run("sweep", "status", "asha").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ASearchByResultsGoesOnAsItWouldHaveGoneOn()
    {
        LongRun.Only();
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", Tpe);
        var plan = place.Run("sweep", "--config", "sweep.yaml", "--dry-run");
        Assert.Contains("3 trials more will be chosen", plan.Error, StringComparison.Ordinal);
        Assert.Equal(0, place.Run("sweep", "--config", "sweep.yaml", "--runs", "whole").Code);
        Assert.Equal(0, place.Run("sweep", "--config", "sweep.yaml", "search.trials=4").Code);
        var rest = place.Run("sweep", "--config", "sweep.yaml");
        Assert.True(rest.Code == 0, rest.Error);
        Assert.Contains("[2 of 2] tpe-0005 finished", rest.Error, StringComparison.Ordinal);
        string[] Values(string runs) => [.. Trials(place, "tpe", runs).Select(trial => trial.GetProperty("values").GetRawText())];
        Assert.Equal(6, Values("runs").Distinct().Count());
        Assert.Equal(Values("whole"), Values("runs"));
        Assert.Contains("Nothing to start", place.Run("sweep", "--config", "sweep.yaml").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metric: expected what trials are judged by", "metric: nll", "")]
    [InlineData("halving: trials are dropped by validation", "metric: nll", "metric: nll\nhalving: {epochs: 1}\nset: {data.validation_fraction: 0}")]
    [InlineData("halving.epochs: expected a multiple of training.validate_every, 2,", "metric: nll",
        "metric: nll\nhalving: {epochs: 1}\nset: {training.validate_every: 2}")]
    [InlineData("halving.epochs: expected fewer epochs than the 2", "metric: nll", "metric: nll\nhalving: {epochs: 2}")]
    [InlineData("search.startup: expected a whole number from 1", "startup: 3", "startup: 0")]
    public void WhatCannotBeIsToldBefore(string message, string part, string other)
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", Tpe.Replace(part, other, StringComparison.Ordinal));
        UsageTests.Refused(place, message, "sweep", "--config", "sweep.yaml");
    }

    private static List<JsonElement> Trials(Workplace place, string sweep, string runs = "runs") =>
        [.. SweepTests.Json(place, "sweep", "status", sweep, "--runs", runs, "--json").GetProperty("trials").EnumerateArray()];
}
