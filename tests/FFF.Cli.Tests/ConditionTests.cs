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

    [Fact]
    public void ADryRunIsJsonWhereThatIsAskedFor()
    {
        var plan = SweepTests.Json(_place, "train", "--config", "mine.yaml", "--dry-run", "--json");
        Assert.Equal((240, 2, 1, 2), (plan.GetProperty("training").GetInt64(), plan.GetProperty("dimension").GetInt32(),
            plan.GetProperty("conditions").GetInt32(), plan.GetProperty("epochs").GetInt32()));
        Assert.Single(Directory.GetDirectories(_place["runs/mine"]));
    }
}
