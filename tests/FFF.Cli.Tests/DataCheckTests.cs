using System.Globalization;
using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary><c>fff data check</c>: what one must know of data before a likelihood on them is believed.</summary>
public sealed class DataCheckTests
{
    [Fact]
    public void GoodRowsAreCalledGood()
    {
        using var place = new Workplace();
        place.Write("good.csv", Table(Walk(0, 400)));
        var outcome = place.Run("data", "check", "good.csv", "columns=[a]", "condition_columns=[b]");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("Nothing speaks against learning from these data.", outcome.LastLine);
        Assert.Contains("320 for training, 40 for validation, 40 for the test", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(["good.csv"], place.Entries());
    }

    [Fact]
    public void RepeatedFrozenAndCorrelatedRowsAreTold()
    {
        using var place = new Workplace();
        double[][] walk = [.. Walk(0.97, 200)];
        place.Write("chain.csv", Table(walk.SelectMany(row => new[] { row, row })) + "7,7,1000\n");
        place.Write("other.csv", Table(walk[..30].Concat(Walk(0, 70))));
        var outcome = place.Run("data", "check", "chain.csv", "--against", "other.csv", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        var report = JsonDocument.Parse(outcome.Out).RootElement;
        int Number(string name) => report.GetProperty(name).GetInt32();
        Assert.Equal((401, 201, 200), (Number("rows"), Number("distinct"), Number("like_the_one_before")));
        Assert.InRange(report.GetProperty("effective_rows").GetDouble(), 1, 100);
        Assert.Equal(30, report.GetProperty("shared").GetProperty("repeated").GetInt32());
        Assert.Equal(1, report.GetProperty("columns")[2].GetProperty("far_out").GetInt32());
        string[] doubts = [.. report.GetProperty("doubts").EnumerateArray().Select(doubt => doubt.GetString()!)];
        foreach (var words in new[] { "201 of 401 rows are distinct", "neighbours in the file are alike", "test rows (", "30 of 100 other rows" })
        {
            Assert.Contains(doubts, doubt => doubt.Contains(words, StringComparison.Ordinal));
        }
    }

    /// <summary>A prior that the parameters were not drawn from, and whole numbers, are told by the check and before a training.</summary>
    [Fact]
    public void WhatSimulationsAreNotIsTold()
    {
        using var place = new Workplace();
        double[][] walk = [.. Walk(0, 400)];
        place.Write("all.csv", Table(walk.Select(row => (double[])[row[0], Math.Round(4 + (2 * row[1])), row[2]])));
        string[] settings = ["parameters={columns: [a, b]}", "prior={a: {normal: [30, 2]}}"];
        var outcome = place.Run(["data", "check", "all.csv", "kind=simulations", .. settings]);
        Assert.True(outcome.Code == 0, outcome.Error);
        place.Write("mine.yaml", "name: mine\ndata: { kind: simulations, parameters: { path: all.csv, columns: [a, b] }, prior: { a: { normal: [30, 2] } } }\n"
            + "training: { epochs: 1 }\n");
        var plan = place.Run("train", "--config", "mine.yaml", "--dry-run");
        Assert.True(plan.Code == 0, plan.Error);
        foreach (var told in (Outcome[])[outcome, plan, place.Run("data", "check", "--config", "mine.yaml", "--against", "all.csv")])
        {
            Assert.Contains("the prior of 'a' is normal with mean 30 and deviation 2, but its numbers were not drawn from that", told.Error,
                StringComparison.Ordinal);
            Assert.Contains("'b' holds whole numbers", told.Error, StringComparison.Ordinal);
        }

        Assert.Contains("independent as far as neighbours tell", outcome.Out, StringComparison.Ordinal);
        place.Write("other.csv", Table(walk));
        UsageTests.Refused(place, $"all.csv: the settings name {place["other.csv"]} in its place", "data", "check", "all.csv", "kind=simulations",
            "parameters={path: other.csv, columns: [a, b]}");
        UsageTests.Refused(place, "no file is read for them", "data", "check", "all.csv", "kind=toy");
        UsageTests.Refused(place, "these simulations lie in two files", "data", "check", "all.csv", "kind=simulations",
            "parameters.columns=[a]", "observations={path: other.csv, columns: [b]}", "--against", "all.csv");
    }

    /// <summary>A dry run tells of rows that are both trained on and held out, as the training does.</summary>
    [Fact]
    public void ADryRunTellsOfRepeatedRows()
    {
        using var place = new Workplace();
        place.Write("twice.csv", Table(Walk(0, 100).Concat(Walk(0, 100))));
        place.Write("mine.yaml", "name: mine\ndata: { kind: table, path: twice.csv }\ntraining: { epochs: 1 }\n");
        var plan = place.Run("train", "--config", "mine.yaml", "--dry-run");
        Assert.True(plan.Code == 0, plan.Error);
        Assert.Contains("are in the training data, too, number for number", plan.Error, StringComparison.Ordinal);
    }

    /// <summary>So few rows tell nothing, and numbers that single precision cannot square are named.</summary>
    [Fact]
    public void FewAndHugeNumbersAreTold()
    {
        using var place = new Workplace();
        place.Write("huge.csv", "a,b\n"
            + string.Concat(Walk(0, 20).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row[0]:F4},{row[1]:F4}e200\n"))));
        var outcome = place.Run("data", "check", "huge.csv");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("20 rows are too few to tell anything", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("'b': numbers are beyond 1e18", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("doubts; see above.", outcome.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeCheckedIsTold()
    {
        using var place = new Workplace();
        place.Write("good.csv", Table(Walk(0, 100)));
        Refused(2, "name one file, or an experiment by --config", "data", "check");
        Refused(2, "name one file, or an experiment by --config", "data", "check", "good.csv", "other.csv");
        Refused(2, "unknown key 'colums'; did you mean 'columns'?", "data", "check", "good.csv", "colums=[a]");
        Refused(2, "there is no such file", "data", "check", "none.csv");
        place.Write("two.csv", "x,y\n1,2\n2,3\n3,1\n");
        Refused(2, "so that none can be the same", "data", "check", "good.csv", "--against", "two.csv");

        void Refused(int code, string words, params string[] args)
        {
            var outcome = place.Run(args);
            Assert.True(outcome.Code == code, outcome.Error);
            Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
            Assert.Empty(outcome.Out);
        }
    }

    /// <summary>Rows whose neighbours have this correlation.</summary>
    private static IEnumerable<double[]> Walk(double correlation, int count)
    {
        var (random, row) = (new Random(count), new double[3]);
        for (var i = 0; i < count; i++)
        {
            row = [.. row.Select(x => (correlation * x) + (Math.Sqrt(1 - (correlation * correlation)) * Normal(random)))];
            yield return row;
        }
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static string Table(IEnumerable<double[]> rows) =>
        "a,b,c\n" + string.Concat(rows.Select(row => string.Join(',', row.Select(x => x.ToString("F6", CultureInfo.InvariantCulture))) + "\n"));
}
