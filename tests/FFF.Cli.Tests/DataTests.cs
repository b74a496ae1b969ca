using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Samples of particle systems, and experiments on them.</summary>
public sealed class DataTests
{
    private static readonly (string, string)[] OneThread = [("OMP_NUM_THREADS", "1")];

    [Fact]
    public void SamplesAreDrawnToldAboutKeptAndWritten()
    {
        using var place = new Workplace();
        (string, string)[] own = [.. OneThread, ("FFF_CACHE", place["cache"])];
        var outcome = place.Run(own, ["data", "generate", "dw4", "--count", "60", "--seed", "2", "--out", "dw4.npy"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("dw4.npy", outcome.LastLine);
        foreach (var word in new[] { "60 of dw4", "replicas", "swaps accepted", "(N−1)·d is 6", "log Z", "split R-hat", "effective samples", "energy from" })
        {
            Assert.Contains(word, outcome.Out, StringComparison.Ordinal);
        }

        var bytes = File.ReadAllBytes(place["dw4.npy"]);
        Assert.Contains("'descr': '<f4', 'fortran_order': False, 'shape': (60, 4, 2)", Encoding.Latin1.GetString(bytes, 0, 128), StringComparison.Ordinal);

        // The second time they are read, report and all.
        var again = place.Run(own, ["data", "generate", "dw4", "--count", "60", "--seed", "2", "--json"]);
        var result = JsonDocument.Parse(again.Out).RootElement;
        var file = result.GetProperty("file").GetString()!;
        Assert.Equal(Assert.Single(Directory.GetFiles(place["cache/particles"])), file);
        Assert.Equal(bytes[^(60 * 8 * 4)..], File.ReadAllBytes(file)[^(60 * 8 * 4)..]);
        Assert.Equal("dw4", result.GetProperty("report").GetProperty("system").GetString());
        Assert.InRange(result.GetProperty("report").GetProperty("energy").GetProperty("mean").GetDouble(), -25, -20);
        Assert.Contains($"{result.GetProperty("report").GetProperty("energy").GetProperty("mean").GetDouble():F3}", outcome.Out, StringComparison.Ordinal);
    }

    /// <summary>Samples in the cache whose report tells of three chains that never moved.</summary>
    [Fact]
    public void PoorSamplesAreRefusedButForASwitch()
    {
        using var place = new Workplace();
        (string, string)[] own = [.. OneThread, ("FFF_CACHE", place["cache"])];
        string[] command = ["data", "generate", "dw4", "--count", "100", "--out", "dw4.npy"];
        Assert.Equal(0, place.Run(own, command).Code);
        File.Delete(place["dw4.npy"]);
        var kept = Assert.Single(Directory.GetFiles(place["cache/particles"]));
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(kept));
        var frozen = Regex.Replace(text, @"(frozen(\\""|\\u0022):)0", "${1}3");
        Assert.NotEqual(text, frozen);
        File.WriteAllBytes(kept, Encoding.Latin1.GetBytes(frozen));

        var refused = place.Run(own, command);
        Assert.Equal(1, refused.Code);
        Assert.Contains("dw4: the samples that the chains drew are refused. 3 chains of 16 never moved", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Ask for more samples", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(place["dw4.npy"]));
        place.Write("dw4.yaml", """
            name: dw4
            data: { kind: particles, system: dw4, samples: 100 }
            method: { flow: { network: { kind: egnn, blocks: 1, sublayers: 1, width: 8 } }, objective: { beta: 10 } }
            training: { epochs: 1, threads: 1 }
            evaluate: [{ kind: nll, samples: 5 }]
            """);
        var training = place.Run(own, ["train", "--config", "dw4.yaml"]);
        Assert.Equal(1, training.Code);
        Assert.Contains("data.accept_poor_mixing: true takes them as they are", training.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place["runs/dw4/v0001"]));

        Assert.Equal(0, place.Run(own, [.. command, "--accept-poor-mixing"]).Code);
        Assert.True(File.Exists(place["dw4.npy"]));
        var accepted = place.Run(own, ["train", "--config", "dw4.yaml", "data.accept_poor_mixing=true"]);
        Assert.True(accepted.Code == 0, accepted.Error);
        Assert.Contains("3 chains of 16 never moved", accepted.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lj12", "--count", "10", "lj12")]
    [InlineData("dw4", "--count", "0", "--count: expected a whole number from 1")]
    [InlineData("dw4", "--out", "dw4.csv", "ends in .npy")]
    [InlineData("dw4", "--out", "nowhere/dw4.npy", "there is no folder")]
    public void WrongUsageIsToldBeforeAnythingIsDrawn(string system, string option, string value, string expected)
    {
        using var place = new Workplace();
        var outcome = place.Run("data", "generate", system, option, value);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void AnExperimentTrainsOnSamplesOfASystem()
    {
        using var place = new Workplace();
        place.Write("dw4.yaml", """
            name: dw4
            data: { kind: particles, system: dw4, samples: 100 }
            method: { flow: { network: { kind: egnn, blocks: 1, sublayers: 1, width: 8 } }, objective: { beta: 10 } }
            training: { epochs: 1, batch_size: 40, threads: 1 }
            evaluate: [{ kind: nll, samples: 5 }]
            """);
        var outcome = place.Run(OneThread, ["train", "--config", "dw4.yaml"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("runs/dw4/v0001", outcome.LastLine);
        Assert.Contains("80 training", File.ReadAllText(place["runs/dw4/v0001/log.txt"]), StringComparison.Ordinal);

        var normal = place.Run("train", "--config", "dw4.yaml", "flow.latent.kind=normal");
        Assert.Equal(2, normal.Code);
        Assert.Contains("mean-free-normal", normal.Error, StringComparison.Ordinal);
    }

    /// <summary>The simulations of a task, as others are given them: those of the run, whose splits are parts of them.</summary>
    [Fact]
    public void DataOfAnExperimentAreWrittenAsTables()
    {
        using var place = new Workplace();
        string[] export = ["data", "export", "--config", "sbi/two_moons", "data.simulations=50", "data.cache=false"];
        var both = place.Run([.. export, "--out", "theta.csv", "--conditions", "x.csv"]);
        Assert.True(both.Code == 0, both.Error);
        Assert.Equal("theta.csv\nx.csv\n", both.Out);
        var (theta, x) = (File.ReadAllLines(place["theta.csv"]), File.ReadAllLines(place["x.csv"]));
        Assert.Equal(("parameter_1,parameter_2", 51), (theta[0], theta.Length));
        Assert.Equal(("condition_1,condition_2", 51), (x[0], x.Length));
        var lines = theta.Zip(x, (left, right) => $"{left},{right}").Skip(1).ToHashSet();
        var parts = new[] { "train", "validation" }.SelectMany(split => place.Run([.. export, "--split", split]).Out.TrimEnd().Split('\n').Skip(1)).ToList();
        Assert.Equal(50, parts.Count);
        Assert.All(parts, part => Assert.Contains(part, lines));

        // What was written is learnt from as it is.
        place.Write("own.yaml", "name: own\ndata: { kind: simulations, parameters: theta.csv, observations: x.csv }\ntraining: { epochs: 1, threads: 1 }\n");
        Assert.Equal(0, place.Run("train", "--config", "own.yaml").Code);
        UsageTests.Refused(place, "no rows of these data are kept for a test", [.. export, "--split", "test"]);
        UsageTests.Refused(place, "molecules of several sizes are no table", "data", "export", "--config", "qm7_small");
        UsageTests.Refused(place, "--conditions: these data have none", "data", "export", "--config", "toy/two_moons", "--conditions", "c.csv");
        UsageTests.Refused(place, "--out: expected a name that ends in .csv or .npy", [.. export, "--out", "theta.txt"]);
    }
}
