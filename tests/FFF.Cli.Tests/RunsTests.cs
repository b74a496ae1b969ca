using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Finding, comparing, removing and reporting runs.</summary>
public sealed class RunsTests
{
    [Fact]
    public void RunsAreFilteredAndSortedByAnyMetric()
    {
        using var place = Place();
        Assert.Equal(["a-2/v0001", "a-1/v0001", "b/v0001", "c/v0001"], Names(place, "--sort", "val_nll"));
        Assert.Equal(["b/v0001", "a-1/v0001", "a-2/v0001", "c/v0001"], Names(place, "--sort", "nll", "--descending"));
        Assert.Equal(["a-2/v0001", "a-1/v0001"], Names(place, "--name", "a-*", "--sort", "name", "--descending"));
        Assert.Equal(["c/v0001"], Names(place, "--status", "failed"));
        Assert.Equal(["a-1/v0001"], Names(place, "--where", "objective.beta=1e1"));
        Assert.Equal(["a-2/v0001"], Names(place, "--where", "objective.beta=200", "--where", "data.distribution=rings"));
        Assert.Equal(["a-1/v0001"], Names(place, "--sort", "val_nll", "--limit", "2", "--older-than", "1d").Except(["a-2/v0001"]));
        Assert.Empty(Names(place, "--older-than", "99999d"));

        var entry = Json(place, "runs", "list", "--name", "b", "--json")[0];
        Assert.Equal((3.5, 20), (entry.GetProperty("results").GetProperty("nll").GetDouble(), entry.GetProperty("metrics").GetProperty("step").GetInt32()));
        string[][] csv =
        [
            .. place.Run("runs", "list", "--csv", "--sort", "name").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')),
        ];
        Assert.Equal("run", csv[0][0]);
        Assert.Equal("2.5", csv[3][Array.IndexOf(csv[0], "val_nll")]);
        Assert.All(csv, row => Assert.Equal(csv[0].Length, row.Length));
        Assert.Contains("2.5", place.Run("runs", "list", "--metric", "val_nll").Out, StringComparison.Ordinal);

        UsageTests.Refused(place, "Did you mean 'val_nll'?", "runs", "list", "--sort", "val_nl");
        UsageTests.Refused(place, "Did you mean 'objective.beta'?", "runs", "list", "--where", "objective.bta=1");
        UsageTests.Refused(place, "expected running, finished, interrupted, dropped, failed or stopped, found 'ended'", "runs", "list", "--status", "ended");
        UsageTests.Refused(place, "expected a time such as 30d", "runs", "list", "--older-than", "month");
    }

    [Fact]
    public void RunsAreComparedInWhatDiffers()
    {
        using var place = Place();
        var compared = Json(place, "runs", "compare", "a-1", "a-2/v0001", "--plot", "curves.png", "--json").GetProperty("runs");
        var (first, second) = (compared[0].GetProperty("differences"), compared[1].GetProperty("differences"));
        Assert.Equal(["method.objective.beta.value"], first.EnumerateObject().Select(difference => difference.Name));
        Assert.Equal(("10", "200"),
            (first.GetProperty("method.objective.beta.value").GetString(), second.GetProperty("method.objective.beta.value").GetString()));
        Assert.Equal(1.5, compared[0].GetProperty("metrics").GetProperty("val_nll").GetDouble());
        Assert.True(new FileInfo(place["curves.png"]).Length > 5000);
        Assert.Contains("method.objective.beta.value", place.Run("runs", "compare", "a-1", "a-2").Out, StringComparison.Ordinal);
        UsageTests.Refused(place, "There is no run 'a-3'", "runs", "compare", "a-1", "a-3");
    }

    [Fact]
    public void PruningAsksFirstAndKeepsTheBest()
    {
        using var place = Place();
        string[] rule = ["runs", "prune", "--name", "a-*", "--keep-best", "1", "--metric", "nll"];
        var planned = place.Run(rule);
        Assert.Equal(0, planned.Code);
        Assert.Contains("a-1/v0001", planned.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("a-2/v0001", planned.Out, StringComparison.Ordinal);
        Assert.Contains("Would remove 1 run", planned.Error, StringComparison.Ordinal);
        Assert.True(Directory.Exists(place["runs/a-1/v0001"]));

        var removed = Json(place, [.. rule, "--yes", "--json"]);
        Assert.Equal("a-1/v0001", removed.GetProperty("runs")[0].GetString());
        Assert.False(Directory.Exists(place["runs/a-1"]));
        Assert.Equal(["a-2/v0001", "b/v0001", "c/v0001"], Names(place, "--sort", "name"));
        UsageTests.Refused(place, "name a rule", "runs", "prune", "--yes");
        UsageTests.Refused(place, "--keep-best and --metric go together", "runs", "prune", "--keep-best", "3");
    }

    [Fact]
    public void AReportHoldsEverythingAndEscapesIt()
    {
        using var place = Place();
        place.Write("runs/b/v0001/eval/mine.json",
            """{"note": "<script>alert(1)</script>", "rows": [{"x": 1, "y": [1, 2]}, {"x": 2.5}], "many": [1,2,3,4,5,6,7,8,9,10,11,12,13]}""");
        place.Write("runs/b/v0001/samples/drawn.csv", "<b>,y\n1,2\n3,6\n");
        Directory.CreateDirectory(place["runs/b/v0001/plots"]);
        File.WriteAllBytes(place["runs/b/v0001/plots/a\"b.png"],
            Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="));
        Assert.Equal("runs/b/v0001/report.html", place.Run("report", "b").LastLine);
        var page = File.ReadAllText(place["runs/b/v0001/report.html"]);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>,", page, StringComparison.Ordinal);
        foreach (var part in (string[])["&lt;script&gt;alert(1)", "13 values", "data:image/png;base64,iVBOR", "a&quot;b.png", "<svg", "&lt;b&gt;",
            "distribution: rings", "default-src &#39;none&#39;"])
        {
            Assert.Contains(part.Replace("&#39;", "'", StringComparison.Ordinal), page, StringComparison.Ordinal);
        }

        // The mean and deviation of 2 and 6.
        Assert.Contains("<td>y</td><td>4</td><td>2.8284</td><td>2</td><td>6</td>", page, StringComparison.Ordinal);
        Assert.Equal("two.html", place.Run("report", "a-1", "a-2", "--out", "two.html").LastLine);
        var both = File.ReadAllText(place["two.html"]);
        Assert.Contains("Settings that differ", both, StringComparison.Ordinal);
        Assert.Contains("<td>method.objective.beta.value</td><td>10</td><td>200</td>", both, StringComparison.Ordinal);
    }

    /// <summary>Four runs as training leaves them, without weights.</summary>
    private static Workplace Place()
    {
        var place = new Workplace();
        Add(place, "a-1", "finished", 10, 2.5, 1.5);
        Add(place, "a-2", "finished", 200, 1.5, 0.5);
        Add(place, "b", "finished", 100, 3.5, 2.5);
        Add(place, "c", "failed", 100, null, null);
        return place;
    }

    private static void Add(Workplace place, string name, string status, double beta, double? nll, double? validation)
    {
        place.Write("c.yaml", $"name: {name}\ndata: {{kind: toy, distribution: rings}}\nmethod: {{objective: {{beta: {beta}}}}}\n");
        place.Write($"runs/{name}/v0001/config.yaml", place.Run("config", "show", "--config", "c.yaml").Out);
        place.Write($"runs/{name}/v0001/metrics.csv", $"step,epoch,loss,val_nll,val_reconstruction\n10,1,4,5,1\n20,2,3,{validation},\n");
        place.Write($"runs/{name}/v0001/manifest.json", $$"""
            {"name": "{{name}}", "version": "v0001", "status": "{{status}}", "started": "2026-01-01T00:00:00+00:00", "ended": "2026-01-01T01:00:00+00:00",
             "command_line": [], "seed": 3, "device": "cpu", "threads": 1, "program_version": "0", "torch_sharp_version": "0", "libtorch_version": "0",
             "dotnet_version": "10", "operating_system": "x", "results": { {{(nll is null ? "" : $"\"nll\": {nll}")}} } }
            """);
    }

    private static string?[] Names(Workplace place, params string[] options) =>
        [.. Json(place, ["runs", "list", "--json", .. options]).EnumerateArray().Select(run => run.GetProperty("run").GetString())];

    private static JsonElement Json(Workplace place, params string[] args)
    {
        var outcome = place.Run([("FFF_LIBTORCH", "/nonexistent")], args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.Out).RootElement;
    }
}
