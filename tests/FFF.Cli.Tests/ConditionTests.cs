using System.Globalization;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>What is told of a run and of a condition before results are trusted.</summary>
public sealed class ConditionTests : IDisposable
{
    private readonly Workplace _place = new();

    public ConditionTests()
    {
        var random = new Random(1);
        _place.Write("mine.csv", "hour,temperature,load\n" + string.Concat(Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{i % 24},{random.NextDouble() + i % 24},{random.NextDouble()}\n"))));
        _place.Write("mine.yaml", """
            name: mine
            data: { kind: table, path: mine.csv, condition_columns: [hour] }
            method: { flow: { network: { kind: dense, widths: [8] } } }
            training: { epochs: 2, batch_size: 32, threads: 1, device: cpu }
            evaluate: []
            """);
        var outcome = _place.Run("train", "--config", "mine.yaml");
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void AConditionWithoutAPlaceInFloat32IsRefused()
    {
        UsageTests.Refused(_place, "no place in float32", "sample", "--run", "mine", "--condition", "1e300", "-n", "2", "--out", "e.csv");
        UsageTests.Refused(_place, "no place in float32", "plot", "posterior", "--run", "mine", "--condition", "1e300", "--out", "e.png");
        Assert.False(File.Exists(_place["e.csv"]) || File.Exists(_place["e.png"]));
    }

    [Fact]
    public void AConditionFarOutsideOfTheTrainingIsTold()
    {
        var far = _place.Run("sample", "--run", "mine", "--condition", "1e6", "-n", "2", "--out", "far.csv");
        Assert.Equal(0, far.Code);
        Assert.Contains("The condition 'hour' lies", far.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("standard deviations", _place.Run("sample", "--run", "mine", "--condition", "23", "-n", "2").Error, StringComparison.Ordinal);
    }

    /// <summary>Each number is one that the training had, but not together.</summary>
    [Fact]
    public void AConditionThatCombinesItsNumbersAsNoOtherIsTold()
    {
        var random = new Random(2);
        _place.Write("two.csv", "morning,evening,copy,load\n" + string.Concat(Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{i % 24},{(i % 24) + random.NextDouble()},{3 * (i % 24)},{random.NextDouble()}\n"))));
        string[] train = ["train", "--config", "mine.yaml", "--name", "two", "data.path=two.csv"];
        var trained = _place.Run([.. train, "data.columns=[load]", "data.condition_columns=[morning, evening]"]);
        Assert.True(trained.Code == 0, trained.Error);
        string Told(string condition) => _place.Run("sample", "--run", "two", "--condition", condition, "-n", "2").Error;
        Assert.Contains("combines its numbers as none of 120 conditions of the training does", Told("2,20"), StringComparison.Ordinal);
        Assert.DoesNotContain("combines", Told("2,2.5"), StringComparison.Ordinal);
        Assert.DoesNotContain("combines", Told("20,20.5"), StringComparison.Ordinal);
        _place.Write("three.csv", "morning,evening\n2,2.5\n20,20.5\n20,3\n");
        Assert.Contains("in row 2 (counted from 0) combines", Told("three.csv"), StringComparison.Ordinal);
        Assert.Contains("the condition column 'copy' follows from 'morning' and tells nothing more",
            _place.Run([.. train, "data.columns=[load]", "data.condition_columns=[morning, copy]", "--dry-run"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheExampleIsOfAsManyNumbersAsThereAreConditions() => UsageTests.Refused(
        _place, "1 number such as 0.1 or hour=0.1; found 'noon'", "sample", "--run", "mine", "--condition", "noon");

    [Fact]
    public void ARunThatDidNotFinishIsTold()
    {
        var manifest = _place["runs/mine/v0001/manifest.json"];
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"finished\"", "\"running\"", StringComparison.Ordinal));
        foreach (var words in (string[][])[["sample", "--run", "mine", "--condition", "12", "-n", "2"], ["eval-nll", "--run", "mine"]])
        {
            var outcome = _place.Run(words);
            Assert.Equal(0, outcome.Code);
            Assert.Contains("mine/v0001 was stopped at epoch 2 of 2", outcome.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>A table of samples may have their log-densities.</summary>
    [Fact]
    public void SamplesWithLogDensitiesArePlotted()
    {
        Assert.Equal(0, _place.Run("sample", "--run", "mine", "--condition", "12", "-n", "50", "--log-prob", "--out", "noon.csv").Code);
        var plotted = _place.Run("plot", "posterior", "--run", "mine", "--condition", "12", "--samples", "noon.csv", "--out", "noon.png");
        Assert.True(plotted.Code == 0, plotted.Error);
    }

    [Fact]
    public void ACheckpointThatIsNotThereIsToldWithThoseThatAre() => UsageTests.Refused(
        _place, "The run has best, last", "sample", "--run", "mine", "--condition", "12", "--checkpoint", "nope");

    [Fact]
    public void WhatIsOddInATrainingIsTold()
    {
        var lines = File.ReadAllLines(_place["mine.csv"]);
        _place.Write("odd.csv", "hour,temperature,class,copy\n" + string.Concat(lines.Skip(1).Select((line, i) => line.Split(',') is var cells
            ? $"{cells[0]},{cells[1]},{i % 3},{cells[1]}\n" : "")));
        var odd = _place.Run("train", "--config", "mine.yaml", "data.path=odd.csv", "training.batch_size=5000", "training.tf32=true");
        Assert.True(odd.Code == 0, odd.Error);
        foreach (var words in (string[])["'class' has only 3 distinct values", "the column 'copy' follows from 'temperature'",
            "training.batch_size is 5000, and batches have all of the 240", "training.tf32 has no effect"])
        {
            Assert.Contains(words, odd.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("distinct values", _place.Run("train", "--config", "mine.yaml", "--dry-run").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ADryRunIsJsonWhereThatIsAskedFor()
    {
        var plan = SweepTests.Json(_place, "train", "--config", "mine.yaml", "--dry-run", "--json");
        Assert.Equal((240, 2, 1, 2), (plan.GetProperty("training").GetInt64(), plan.GetProperty("dimension").GetInt32(),
            plan.GetProperty("conditions").GetInt32(), plan.GetProperty("epochs").GetInt32()));
        Assert.Single(Directory.GetDirectories(_place["runs/mine"]));
    }
}
