using System.Globalization;
using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>The benchmark's figure and table from the command line, of run folders made by hand.</summary>
public sealed class PlotC2stTests
{
    private static readonly (string, string)[] NoLibtorch = [("FFF_LIBTORCH", "/nonexistent")];

    [Fact]
    public void TheTableSetsResultsBesideThePublishedOnes()
    {
        using var place = new Workplace();
        Add(place, "two_moons", 10_000, [.. Enumerable.Repeat(0.55, 5), .. Enumerable.Repeat(0.65, 5)]);
        Add(place, "slcp", 10_000, [.. Enumerable.Repeat(0.93, 10)]);
        var outcome = place.Run(NoLibtorch, ["plot", "c2st"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("The picture is in c2st.png\n", outcome.Error);
        Assert.StartsWith("""
            **fff, 10,000 simulations**

            | task | C2ST | NPE | difference | NLL, nats | training, min | C2ST, min |
            |---|---:|---:|---:|---:|---:|---:|
            | slcp | 0.930 ± 0.000 | 0.901 | +0.029 | -1.25 | 1.5 | 0.5 |
            | two_moons | **0.600** ± 0.053 | 0.606 | -0.006 | -1.25 | 1.5 | 0.5 |
            | mean of 2 | 0.765 | 0.753 | +0.012 |  | 1.5 | 0.5 |

            At or below NPE on 1 of 2.

            C2ST: mean ± standard deviation over
            """, outcome.Out, StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(place["c2st.png"])[..4]);
    }

    [Fact]
    public void MethodsAreComparedWhereThereAreSeveral()
    {
        using var place = new Workplace();
        Add(place, "two_moons", 10_000, [.. Enumerable.Repeat(0.6, 10)]);
        Add(place, "slcp", 10_000, [.. Enumerable.Repeat(0.9, 10)]);
        Add(place, "sir", 10_000, [.. Enumerable.Repeat(0.7, 10)]);
        Add(place, "two_moons", 10_000, [.. Enumerable.Repeat(0.62, 10)], method: "spline-flow");
        Add(place, "slcp", 10_000, [.. Enumerable.Repeat(0.88, 10)], method: "spline-flow");
        var outcome = place.Run(NoLibtorch, ["plot", "c2st"]);
        Assert.StartsWith("""
            **C2ST, 10,000 simulations**

            | task | NPE | fff | spline-flow |
            |---|---:|---:|---:|
            | slcp | 0.901 | **0.900** ± 0.000 | **0.880** ± 0.000 |
            | two_moons | 0.606 | **0.600** ± 0.000 | 0.620 ± 0.000 |
            | sir | 0.680 | 0.700 ± 0.000 | – |
            | mean of the 2 that all have | 0.753 | 0.750 | 0.750 |

            **fff, 10,000 simulations**
            """, outcome.Out, StringComparison.Ordinal);
        Assert.Contains("**spline-flow, 10,000 simulations**\n\n| task | C2ST | NPE |", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ChosenRunsTableFileAndJSON()
    {
        using var place = new Workplace();
        Add(place, "two_moons", 500, [0.7, 0.8, 0.9], seed: 1);
        Add(place, "two_moons", 500, [0.7, 0.8, 0.9], seed: 2);
        Add(place, "sir", 1000, [0.7]);
        var outcome = place.Run(NoLibtorch,
            ["plot", "c2st", "two_moons-500-s1", "runs/two_moons-500-s2/v0001", "--out", "figure.png", "--table", "table.md", "--json"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("| two_moons (2 seeds, 3 observations) | 0.800 ± 0.100 | – | – | -1.25 | 1.5 | 0.5 |", File.ReadAllText(place["table.md"]),
            StringComparison.Ordinal);
        Assert.Contains("Standard deviation of the C2ST over seeds: two_moons 0.000.\n", File.ReadAllText(place["table.md"]), StringComparison.Ordinal);
        Assert.True(File.Exists(place["figure.png"]));

        var result = Assert.Single(JsonDocument.Parse(outcome.Out).RootElement.EnumerateArray());
        Assert.Equal(("two_moons", "fff", 500),
            (result.GetProperty("task").GetString(), result.GetProperty("method").GetString(), result.GetProperty("simulations").GetInt32()));
        Assert.Equal((0.8, 0.1), (Math.Round(result.GetProperty("mean").GetDouble(), 9), Math.Round(result.GetProperty("std").GetDouble(), 9)));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("published_npe").ValueKind);
        Assert.Equal([1, 2], result.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("seed").GetInt32()));
        Assert.Equal(3, result.GetProperty("observations").GetArrayLength());

        var table = place.Run(NoLibtorch, ["plot", "c2st", "sir-1000-s0", "--table", "table.md"]);
        Assert.Equal((0, ""), (table.Code, table.Out));
        Assert.Contains("| sir (1 observation) |", File.ReadAllText(place["table.md"]), StringComparison.Ordinal);
    }

    [Fact]
    public void RunsThatDoNotCountAreTold()
    {
        using var place = new Workplace();
        Add(place, "sir", 1000, [0.7]);
        Add(place, "slcp", 1000, [0.7]);
        File.WriteAllText(place["runs/slcp-1000-s0/v0001/manifest.json"], "{}");
        var outcome = place.Run(NoLibtorch, ["plot", "c2st"]);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("slcp-1000-s0/v0001 is left out: ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("slcp", outcome.Out, StringComparison.Ordinal);

        var none = place.Run(NoLibtorch, ["plot", "c2st", "slcp-1000-s0", "--out", "none.png"]);
        Assert.Equal((2, ""), (none.Code, none.Out));
        Assert.Contains("there are no finished runs on the benchmark's tasks", none.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(place["none.png"]));
    }

    [Fact]
    public void WrongUsageIsTold()
    {
        using var place = new Workplace();
        UsageTests.Refused(place, "there are no finished runs", "plot", "c2st");
        UsageTests.Refused(place, "There is no run 'moons'", "plot", "c2st", "moons");
        UsageTests.Refused(place, "--out: expected a name that ends in .png, found 'x.pdf'", "plot", "c2st", "--out", "x.pdf");
        UsageTests.Refused(place, "there is no folder", "plot", "c2st", "--table", "nowhere/table.md");
        UsageTests.Refused(place, "there is no option '--tabel'. Did you mean '--table'?", "plot", "c2st", "--tabel", "x.md");
    }

    /// <summary>A finished and evaluated run, resumed once: a minute and a half of training, half a minute of C2ST.</summary>
    private static void Add(Workplace place, string task, int simulations, double[] c2st, int seed = 0, string method = "fff")
    {
        var folder = $"runs/{task}-{simulations}-{(method == "fff" ? "" : $"{method}-")}s{seed}/v0001";
        var observations = string.Join(", ", c2st.Select((value, i) => string.Create(
            CultureInfo.InvariantCulture, $$"""{"observation": {{i + 1}}, "accuracy": {{value}}, "std": 0.01, "accepted_share": 1}""")));
        place.Write($"{folder}/config.yaml", $"name: {task}\nseed: {seed}\nmethod: {method}\ndata: {{kind: sbi, task: {task}, simulations: {simulations}}}\n");
        place.Write($"{folder}/metrics.csv", "step,epoch,seconds\n1,1,60\n2,2,30\n");
        place.Write($"{folder}/eval/c2st.json",
            $$"""{"task": "{{task}}", "mean": 0, "std": 0, "observations": [{{observations}}], "samples": 10000, "seconds": 30}""");
        place.Write($"{folder}/manifest.json", $$"""
            {"name": "{{task}}", "version": "v0001", "status": "finished", "started": "2026-01-01T00:00:00+00:00", "command_line": [], "seed": {{seed}},
             "device": "cpu", "threads": 1, "program_version": "0", "torch_sharp_version": "0", "libtorch_version": "0", "dotnet_version": "10",
             "operating_system": "x", "results": {"nll": -1.25} }
            """);
    }
}
