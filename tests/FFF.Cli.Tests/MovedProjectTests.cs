using System.Globalization;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Folders are renamed, and data go elsewhere.</summary>
public sealed class MovedProjectTests : IDisposable
{
    private readonly Workplace _place = new();

    public MovedProjectTests()
    {
        _place.Write("project/mine.yaml", """
            name: mine
            data: { kind: table, path: data/x.csv }
            method: { flow: { network: { kind: dense, widths: [8] } } }
            training: { epochs: 2, batch_size: 32, threads: 1, device: cpu }
            evaluate: [nll]
            """);
        var rows = Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Math.Sin(i):R},{Math.Cos(3.7 * i):R}\n"));
        _place.Write("project/data/x.csv", "a,b\n" + string.Concat(rows));
        Done("train", "--config", "project/mine.yaml", "--runs", "project/runs");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void AProjectWhoseFolderWasRenamedIsWhole()
    {
        _place.Write("project/sweep.yaml", "name: few\nconfigs: [mine.yaml]\nmetric: nll\nsearch: {kind: grid, keys: {objective.beta: [1, 10]}}\n");
        Done("sweep", "--config", "project/sweep.yaml", "--runs", "project/runs");
        Assert.Contains(_place["project/data/x.csv"], File.ReadAllText(_place["project/runs/mine/v0001/manifest.json"]), StringComparison.Ordinal);
        Directory.Move(_place["project"], _place["renamed"]);

        string[] runs = ["--runs", "renamed/runs"];
        Done(["eval-nll", "--run", "mine", .. runs]);
        Done(["sample", "--run", "mine", "-n", "5", .. runs]);
        Done(["train", "--resume", "mine", "training.epochs=3", .. runs]);
        Assert.Contains("Nothing to start", Done(["sweep", "--config", "renamed/sweep.yaml", .. runs]).Error, StringComparison.Ordinal);
        var report = Done(["report", "mine", "--out", "report.html", .. runs]);
        Assert.DoesNotContain("is no longer there", File.ReadAllText(_place["report.html"]) + report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereRunsAloneWereMovedTheDataAreWhereTheyWere()
    {
        Directory.Move(_place["project/runs"], _place["elsewhere"]);
        Done("eval-nll", "--run", "mine", "--runs", "elsewhere");
        Done("train", "--resume", "mine", "training.epochs=3", "--runs", "elsewhere");
    }

    [Fact]
    public void DataThatWentElsewhereAreFoundWhereTheUserSays()
    {
        LongRun.Only();
        string[] runs = ["--runs", "project/runs"];
        Directory.CreateDirectory(_place["archive/project"]);
        Directory.Move(_place["project/data"], _place["archive/project/data"]);
        var refused = _place.Run(["eval-nll", "--run", "mine", .. runs]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("--data-root DIR", refused.Error, StringComparison.Ordinal);
        Assert.Contains("data.path=FILE", refused.Error, StringComparison.Ordinal);
        Done(["sample", "--run", "mine", "-n", "5", .. runs]);
        Done(["eval-nll", "--run", "mine", "--data-root", "archive", .. runs]);
        using (var byVariable = _place.Start([("FFF_DATA_ROOT", _place["archive"])], ["eval-nll", "--run", "mine", .. runs]))
        {
            Assert.Equal(0, byVariable.End().Code);
        }

        // A run that was gone on with knows its data again.
        Done(["train", "--resume", "mine", "training.epochs=3", "data.path=archive/project/data/x.csv", .. runs]);
        Done(["eval-nll", "--run", "mine", .. runs]);
        UsageTests.Refused(_place, "there is no folder 'none'", "eval-nll", "--run", "mine", "--data-root", "none", "--runs", "project/runs");
        UsageTests.Refused(_place, "keeps the configuration", "train", "--resume", "mine", "data.columns=[a]", "--runs", "project/runs");
    }

    private Outcome Done(params string[] args)
    {
        var outcome = _place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }
}
