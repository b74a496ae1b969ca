using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Runs on particles as Boltzmann generators, from the command line.</summary>
public sealed class BoltzmannTests
{
    private static readonly (string, string)[] OneThread = [("OMP_NUM_THREADS", "1")];

    private static readonly string[] Small = ["--samples", "100", "--chains", "30", "--annealing-steps", "20"];

    private const string Config = """
        name: dw4
        data: { kind: particles, system: dw4, samples: 150 }
        method: { flow: { network: { kind: egnn, blocks: 1, sublayers: 1, width: 8 } } }
        training: { epochs: 1, batch_size: 40, threads: 1 }
        """;

    [Fact]
    public void ARunOnASystemIsEvaluatedKeptAndDrawn()
    {
        using var place = Trained(Config);
        (string, string)[] own = [.. OneThread, ("FFF_CACHE", place["cache"])];
        Configs.SetOwnEvaluation(place, "dw4", "{kind: boltzmann, samples: 100, chains: 30, annealing_steps: 20}");
        var outcome = place.Run(own, ["eval-boltzmann", "--run", "dw4", "--json", .. Small]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(outcome.Out, File.ReadAllText(place["runs/dw4/v0001/eval/boltzmann.json"]));
        Assert.True(File.Exists(place["runs/dw4/v0001/plots/boltzmann.png"]));
        var result = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(("dw4", "test", 15, 4), (result.GetProperty("system").GetString(), result.GetProperty("split").GetString(),
            result.GetProperty("evaluated").GetInt32(), result.GetProperty("particles").GetInt32()));
        var nll = result.GetProperty("nll_encoder");
        Assert.Equal(3 * Math.Log(2 * Math.PI), nll.GetProperty("normalized").GetDouble() - nll.GetProperty("without_constant").GetDouble(), 1e-9);
        Assert.InRange(result.GetProperty("weights").GetProperty("effective_share").GetDouble(), 0.01, 1);
        Assert.True(result.GetProperty("samples").GetProperty("per_second_with_density").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Object, result.GetProperty("pair_free_energy").GetProperty("data").ValueKind);
        var limit = result.GetProperty("limit");
        Assert.Equal((30, 20), (limit.GetProperty("chains").GetInt32(), limit.GetProperty("steps").GetInt32()));
        var manifest = JsonDocument.Parse(File.ReadAllText(place["runs/dw4/v0001/manifest.json"])).RootElement.GetProperty("results");
        Assert.Equal(nll.GetProperty("normalized").GetDouble(), manifest.GetProperty("boltzmann.nll").GetDouble());
        Assert.Equal(limit.GetProperty("distance_encoder").GetProperty("value").GetDouble(), manifest.GetProperty("boltzmann.distance_to_limit").GetDouble());

        // The estimate of log Z was kept; the table of another checkpoint, in another file, leaves the run alone.
        Assert.Single(Directory.GetFiles(place["cache/estimates"]));
        var before = place.Entries();
        var table = place.Run(own, ["eval-boltzmann", "--run", "dw4", "--checkpoint", "last", "--seed", "5", "--batch", "30", "--out", "b.json", .. Small]);
        Assert.True(table.Code == 0, table.Error);
        Assert.DoesNotContain("annealing,", table.Error, StringComparison.Ordinal);
        foreach (var word in new[]
        {
            "fully normalised",
            "without ½(N−1)d log 2π",
            "entropy, the limit",
            "systems per second",
            "Kish",
            "log Z, annealing",
            "log Z, exchange",
            "entropy, by replica exchange alone",
            "energies, reweighted",
            "15 of the test data",
            "last, samples of seed 5",
        })
        {
            Assert.Contains(word, table.Out, StringComparison.Ordinal);
        }

        Assert.Equal("b.boltzmann.png", table.LastLine);
        Assert.Equal(["b.boltzmann.png", "b.json"], place.Entries().Except(before));
        Assert.Equal(limit.GetProperty("log_z").GetRawText(),
            JsonDocument.Parse(File.ReadAllText(place["b.json"])).RootElement.GetProperty("limit").GetProperty("log_z").GetRawText());

        var samples = place.Run(OneThread, ["sample", "--run", "dw4", "-n", "20", "--out", "s.npy"]);
        Assert.Contains("samples/s", samples.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOfPositionsIsEvaluatedWithoutAnEnergy()
    {
        using var place = new Workplace();
        Assert.Equal(0, place.Run(OneThread, ["data", "generate", "dw4", "--count", "150", "--out", "mine.npy"]).Code);
        place.Write("mine.yaml", Config.Replace("name: dw4", "name: mine", StringComparison.Ordinal).Replace("system: dw4, samples: 150", "path: mine.npy",
            StringComparison.Ordinal));
        Assert.Equal(0, place.Run(OneThread, ["train", "--config", "mine.yaml"]).Code);
        var outcome = place.Run(OneThread, ["eval-boltzmann", "--run", "mine", "--samples", "100", "--checkpoint", "last"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("NLL, decoder", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("pair distances, samples", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("left out", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("log Z, samples", outcome.Out, StringComparison.Ordinal);
        Assert.Equal("runs/mine/v0001/plots/boltzmann.last.samples-100.png", outcome.LastLine);
        Assert.False(File.Exists(place["runs/mine/v0001/eval/boltzmann.json"]));
        Assert.Equal(JsonValueKind.Null,
            JsonDocument.Parse(File.ReadAllText(place["runs/mine/v0001/eval/boltzmann.last.samples-100.json"])).RootElement.GetProperty("weights").ValueKind);

        File.Delete(place["mine.npy"]);
        UsageTests.Refused(place, "mine.npy, which the run mine/v0001 is trained on, is not there", "eval-boltzmann", "--run", "mine");
    }

    [Fact]
    public void WrongUseIsTold()
    {
        using var place = Trained(Config.Replace("samples: 150", "samples: 60", StringComparison.Ordinal));
        UsageTests.Refused(place, "6 samples were held out for test, but at least 10 are needed", "eval-boltzmann", "--run", "dw4");
        UsageTests.Refused(place, "There is no run 'none'", "eval-boltzmann", "--run", "none");
        UsageTests.Refused(place, "--samples: expected a whole number from 100 to 100000000, found '99'", "eval-boltzmann", "--run", "dw4", "--samples", "99");
        UsageTests.Refused(place, "--chains: expected a whole number from 2", "eval-boltzmann", "--run", "dw4", "--chains", "1");
        UsageTests.Refused(place, "leave out --chains", "eval-boltzmann", "--run", "dw4", "--no-limit", "--chains", "10");
        UsageTests.Refused(place, "there is no folder", "eval-boltzmann", "--run", "dw4", "--out", "nowhere/b.json");
    }

    /// <summary>A folder in which the experiment was trained.</summary>
    private static Workplace Trained(string config)
    {
        var place = new Workplace();
        place.Write("dw4.yaml", config);
        var outcome = place.Run(OneThread, ["train", "--config", "dw4.yaml"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return place;
    }
}
