using Xunit;

namespace FFF.Cli.Tests;

/// <summary>A first configuration for data of one's own.</summary>
public sealed class InitTests : IDisposable
{
    private readonly Workplace _place = new();

    public InitTests()
    {
        var random = new Random(1);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var (theta, x, all) = (new List<string> { "rate,start" }, new List<string> { "y1,y2" }, new List<string> { "rate,start,y1,y2" });
        for (var i = 0; i < 1_000; i++)
        {
            var (rate, start) = (0.1 + (1.9 * random.NextDouble()), 0.5 * Math.Pow(20, random.NextDouble()));
            var (left, right) = (FormattableString.Invariant($"{rate},{start}"),
                FormattableString.Invariant($"{start * Math.Exp(-rate) + Normal()},{Math.Exp(5 * Normal())}"));
            theta.Add(left);
            x.Add(right);
            all.Add($"{left},{right}");
        }

        File.WriteAllLines(_place["theta.csv"], theta);
        File.WriteAllLines(_place["x.csv"], x);
        File.WriteAllLines(_place["all.csv"], all);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void ParametersAndObservationsBecomeATrainingThatRuns()
    {
        var made = _place.Run("init", "--data", "theta.csv,x.csv", "--name", "decay");
        Assert.True(made.Code == 0, made.Error);
        Assert.Equal("decay.yaml", made.LastLine);
        Assert.Contains("the column 'y2' has heavy tails", made.Error, StringComparison.Ordinal);
        Assert.Contains("bounds seen in rate, start", made.Error, StringComparison.Ordinal);
        var text = File.ReadAllText(_place["decay.yaml"]);
        Assert.Contains("  parameters: theta.csv", text, StringComparison.Ordinal);
        Assert.Contains("    rate: {uniform: [0.1, 2]}", text, StringComparison.Ordinal);
        Assert.Contains("    start: {log-uniform: [0.5, 10]}", text, StringComparison.Ordinal);
        Assert.Contains("# seen in the data", text, StringComparison.Ordinal);
        Assert.Contains("    beta: auto\n", text, StringComparison.Ordinal);

        var trained = _place.Run("train", "--config", "decay.yaml", "training.epochs=2", "training.validate_every=1", "training.threads=1");
        Assert.True(trained.Code == 0, trained.Error);
        Assert.Contains("NLL", trained.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheUserSaysOfThePriorStands()
    {
        var made = _place.Run("init", "--data", "all.csv", "--parameters", "rate,start", "--observations", "y*", "--out", "mine.yaml",
            "prior={rate: {uniform: [0, 3]}}", "test_fraction=0.2");
        Assert.True(made.Code == 0, made.Error);
        var text = File.ReadAllText(_place["mine.yaml"]);
        Assert.Contains("name: mine\n", text, StringComparison.Ordinal);
        Assert.Contains("    rate: {uniform: [0, 3]}\n", text, StringComparison.Ordinal);
        Assert.Contains("  test_fraction: 0.2\n", text, StringComparison.Ordinal);
        Assert.Contains("log-uniform: [0.5, 10]", text, StringComparison.Ordinal);
        var plan = _place.Run("train", "--config", "mine.yaml", "--dry-run");
        Assert.True(plan.Code == 0, plan.Error);
        Assert.Contains("2, and 2 conditions", plan.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ATableHasNoConditionsUnlessTheyAreNamed()
    {
        Assert.Equal(0, _place.Run("init", "--data", "theta.csv").Code);
        Assert.Contains("  kind: table\n  path: theta.csv", File.ReadAllText(_place["theta.yaml"]), StringComparison.Ordinal);
        Directory.CreateDirectory(_place["configs"]);
        var made = _place.Run("init", "--data", "all.csv", "condition_columns=[y1]", "columns=[rate]", "--out", "configs/all.yaml");
        Assert.True(made.Code == 0, made.Error);
        Assert.Contains("  path: '../all.csv'", File.ReadAllText(_place["configs/all.yaml"]), StringComparison.Ordinal);
        Assert.Equal(0, _place.Run("train", "--config", "configs/all.yaml", "--dry-run").Code);
    }

    /// <summary>Encoder and decoder are told one summary of sixty draws.</summary>
    [Fact]
    public void ManyConditionsAreSummarised()
    {
        var random = new Random(2);
        string Draws(int count) => string.Join(',', Enumerable.Range(0, count).Select(_ => FormattableString.Invariant($"{random.NextDouble() - 0.5}")));
        var names = string.Join(',', Enumerable.Range(0, 60).Select(i => $"y{i}"));
        File.WriteAllLines(_place["draws.csv"], [names, .. Enumerable.Range(0, 1_000).Select(_ => Draws(60))]);
        Assert.Equal(0, _place.Run("init", "--data", "theta.csv,draws.csv", "--name", "long").Code);
        Assert.Contains("    embedding: {kind: dense, widths: [32], outputs: 8}\n", File.ReadAllText(_place["long.yaml"]), StringComparison.Ordinal);
        Assert.Contains("    beta: {kind: auto, to: 100}\n", File.ReadAllText(_place["long.yaml"]), StringComparison.Ordinal);
        var plan = _place.Run("train", "--config", "long.yaml", "--dry-run");
        Assert.True(plan.Code == 0, plan.Error);
        Assert.Contains("60 conditions", plan.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ColumnsThatNeverChangeAreLeftOut()
    {
        IEnumerable<string> With(string file, string name) => File.ReadLines(_place[file]).Select((line, i) => i == 0 ? $"{name},{line}" : $"3,{line}");
        File.WriteAllLines(_place["theta3.csv"], With("theta.csv", "fixed"));
        File.WriteAllLines(_place["x3.csv"], With("x.csv", "gain"));
        File.WriteAllLines(_place["all3.csv"], With("all.csv", "fixed"));
        foreach (var (data, constant) in (IEnumerable<(string[], string)>)[(["theta3.csv,x3.csv"], "fixed, gain"), (["all3.csv"], "fixed"),
            (["all3.csv", "--parameters", "fixed,rate,start"], "fixed")])
        {
            var made = _place.Run(["init", "--data", .. data, "--name", "left", "--force"]);
            Assert.True(made.Code == 0, made.Error);
            Assert.Contains("the column 'fixed' has the same value in all rows, and is left out", made.Error, StringComparison.Ordinal);
            Assert.Contains($"the same value in all rows: {constant}.\n", File.ReadAllText(_place["left.yaml"]), StringComparison.Ordinal);
            var plan = _place.Run("train", "--config", "left.yaml", "--dry-run");
            Assert.True(plan.Code == 0, plan.Error);
            Assert.Contains(data[0] == "all3.csv" && data.Length == 1 ? "4, and 0 conditions" : "2, and 2 conditions", plan.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void NothingIsOverwrittenUnasked()
    {
        _place.Write("theta.yaml", "mine");
        UsageTests.Refused(_place, "theta.yaml: is there already. --force replaces it", "init", "--data", "theta.csv");
        Assert.Equal("mine", File.ReadAllText(_place["theta.yaml"]));
        Assert.Equal(0, _place.Run("init", "--data", "theta.csv", "--force").Code);
        Assert.StartsWith("# Written by fff init", File.ReadAllText(_place["theta.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public void MistakesAreTold()
    {
        UsageTests.Refused(_place, "there is no column 'rat'. Did you mean 'rate'?", "init", "--data", "all.csv", "--parameters", "rat", "--out", "a.yaml");
        UsageTests.Refused(_place, "expected one file, or two with a comma between them", "init", "--data", "a.csv,b.csv,c.csv");
        UsageTests.Refused(_place, "missing.csv", "init", "--data", "missing.csv");
        UsageTests.Refused(_place, "unknown key", "init", "--data", "theta.csv,x.csv", "priors={rate: {uniform: [0, 3]}}");
        UsageTests.Refused(_place, "lies outside of its bounds", "init", "--data", "theta.csv,x.csv", "prior={rate: {uniform: [0, 1]}}");
        Assert.Empty(Directory.EnumerateFiles(_place.Path, "*.yaml"));
    }
}
