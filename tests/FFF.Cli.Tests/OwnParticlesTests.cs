using System.Globalization;
using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Particles of the user's own, from frames to free energies, from the command line.</summary>
public sealed class OwnParticlesTests
{
    /// <summary>Three atoms in a chain, frame after frame: a bond that is stiff, one that is not.</summary>
    private static string Frames(int count)
    {
        var random = new Random(1);
        double Normal(double deviation) => deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return string.Concat(Enumerable.Range(0, count).Select(_ => string.Create(CultureInfo.InvariantCulture,
            $"3\nchain\nO {Normal(0.1):F5} {Normal(0.1):F5} {Normal(0.1):F5}\nH {1 + Normal(0.1):F5} {Normal(0.1):F5} {Normal(0.1):F5}\nC {Normal(0.3):F5} "
                + $"{1.4 + Normal(0.3):F5} {Normal(0.3):F5}\n")));
    }

    [Fact]
    public void FramesAreLearntAndTheirConformationsCompared()
    {
        using var place = new Workplace();
        place.Write("chain.xyz", Frames(400));
        place.Write("chain.yaml", """
            name: chain
            data:
              { kind: particles, path: chain.xyz, identity: each, energy: { kind: pairs, potential: { kind: harmonic, stiffness: 5, length: 1.2 }, trap: 0.1 } }
            method: { flow: { network: { kind: egnn, blocks: 1, sublayers: 1, width: 8, normalization_factor: 1 } } }
            training: { epochs: 2, batch_size: 40, threads: 1 }
            evaluate: [{ kind: conformations, quantities: "oh: distance 0 1; bend: angle 1 0 2", states: "near: oh 0..1; far: oh 1..9", samples: 200 }]
            """);
        var trained = place.Run("train", "--config", "chain.yaml");
        Assert.True(trained.Code == 0, trained.Error);
        Assert.Contains("no samples of data.energy at its temperature", trained.Error, StringComparison.Ordinal);
        foreach (var word in new[] { "oh", "bend", "free energy above near", "of the samples effective" })
        {
            Assert.Contains(word, trained.Out, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(place["runs/chain/v0001/plots/conformations.png"]));
        var drawn = place.Run("sample", "--run", "chain", "-n", "40", "--log-prob", "--out", "drawn.xyz");
        Assert.True(drawn.Code == 0, drawn.Error);
        var lines = File.ReadAllLines(place["drawn.xyz"]);
        Assert.Equal((200, "3"), (lines.Length, lines[0]));
        Assert.Matches("^sample 3 log_prob=-?[0-9.]+$", lines[16]);
        Assert.Equal(["O", "H", "C"], lines[2..5].Select(line => line.Split(' ')[0]));
        var again = place.Run("data", "check", "drawn.xyz", "kind=particles", "--json");
        Assert.Equal(40, JsonDocument.Parse(again.Out).RootElement.GetProperty("rows").GetInt32());
        var other = place.Run("eval-conformations", "--run", "chain", "--quantities", "size: gyration; off: rmsd", "--samples", "200", "--json");
        Assert.True(other.Code == 0, other.Error);
        var sizes = JsonDocument.Parse(other.Out).RootElement.GetProperty("quantities")[0];
        Assert.Equal("size", sizes.GetProperty("name").GetString());
        Assert.InRange(sizes.GetProperty("data").GetProperty("mean").GetDouble(), 0.6, 1);
        Assert.True(File.Exists(place["runs/chain/v0001/eval/conformations.other-quantities.json"]), string.Join('\n', place.Entries()));
    }

    /// <summary>A run keeps its bonds, so that the file is needed for training alone.</summary>
    [Fact]
    public void ARunKnowsItsBonds()
    {
        using var place = new Workplace();
        place.Write("chain.xyz", Frames(120));
        place.Write("bonds.csv", "from,to\n0,1\n0,2\n");
        place.Write("chain.yaml", """
            name: chain
            data: { kind: particles, path: chain.xyz, bonds_file: bonds.csv }
            method: { flow: { network: { kind: egnn, blocks: 1, sublayers: 1, width: 8, normalization_factor: 1 } } }
            training: { epochs: 1, batch_size: 40, threads: 1 }
            """);
        var trained = place.Run("train", "--config", "chain.yaml");
        Assert.True(trained.Code == 0, trained.Error);
        UsageTests.Refused(place, "expected bonds or bonds_file, found both", "train", "--config", "chain.yaml", "data.bonds=[[0,1]]", "--runs", "others");
        var resumed = place.Run("train", "--resume", "chain", "training.epochs=2");
        Assert.True(resumed.Code == 0, resumed.Error);

        // Sampling needs no file: the checkpoint has the bonds.
        File.Delete(place["bonds.csv"]);
        var drawn = place.Run("sample", "--run", "chain", "-n", "10", "--log-prob", "--out", "drawn.xyz");
        Assert.True(drawn.Code == 0, drawn.Error);
        place.Write("odd.yaml", "name: a\ndata: { kind: particles, path: chain.xyz, bonds: [[0, 1, 2]] }\ntraining: { epochs: 1 }\n");
        UsageTests.Refused(place, "expected pairs of particles, found [0, 1, 2]", "train", "--config", "odd.yaml");
    }

    [Fact]
    public void WhatDoesNotFitIsToldBeforeTraining()
    {
        using var place = new Workplace();
        place.Write("chain.xyz", Frames(200));
        const string Start = "name: chain\ndata: { kind: particles, path: chain.xyz }\ntraining: { epochs: 1 }\n";
        Refused(Start + "method: { flow: { network: { kind: dense } } }", 2, "expected a network for particles, such as egnn");
        const string Graph = Start + "method: { flow: { network: { kind: egnn, blocks: 1, width: 8 } } }\n";
        Refused(Graph + "evaluate: [{ kind: conformations, quantities: 'a: distance 0 7' }]", null, "a names particle 7, but there are 0 to 2");
        Refused(Graph + "evaluate: [{ kind: conformations, quantities: 'a: distance 0' }]", 2, "expected 2 different particles");
        Refused("name: a\ndata: { kind: particles, energy: { kind: command, command: 'x' } }", 2, "expected {positions} and {energies} in the command");
        Refused("name: a\ndata: { kind: particles, energy: { kind: pairs, potential: { kind: harmonic } } }", 2, "expected particles and dimensions");

        void Refused(string yaml, int? code, string words)
        {
            place.Write("chain.yaml", yaml);
            var outcome = place.Run("train", "--config", "chain.yaml");
            Assert.True(outcome.Code == (code ?? outcome.Code) && outcome.Code != 0, outcome.Error);
            Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(place["runs"]), outcome.Error);
        }
    }
}
