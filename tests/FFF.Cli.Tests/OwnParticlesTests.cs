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

        foreach (var picture in new[] { "conformations", "conformations_profiles", "conformations_surface", "conformations_states" })
        {
            Assert.True(File.Exists(place[$"runs/chain/v0001/plots/{picture}.png"]), picture);
        }

        var drawn = place.Run("sample", "-n", "40", "--log-prob", "--out", "drawn.xyz");
        Assert.True(drawn.Code == 0, drawn.Error);
        var lines = File.ReadAllLines(place["drawn.xyz"]);
        Assert.Equal((200, "3"), (lines.Length, lines[0]));
        Assert.Matches("^sample 3 log_prob=-?[0-9.]+$", lines[16]);
        Assert.Equal(["O", "H", "C"], lines[2..5].Select(line => line.Split(' ')[0]));

        // Frames are told apart by their atoms, not taken by their places.
        var swapped = lines.Chunk(5).SelectMany(frame => (string[])[frame[0], frame[1], frame[3], frame[2], frame[4]]);
        File.WriteAllLines(place["swapped.xyz"], swapped);
        UsageTests.Refused(place, "atom 0 (counted from 0) is H, but O in the data of the run chain/v0001", "log-prob", "--data", "swapped.xyz");

        var again = place.Run("data", "check", "drawn.xyz", "kind=particles", "--json");
        Assert.Equal(40, JsonDocument.Parse(again.Out).RootElement.GetProperty("rows").GetInt32());
        var other = place.Run("eval-conformations", "--run", "chain", "--quantities", "size: gyration; off: rmsd", "--samples", "200", "--json");
        Assert.True(other.Code == 0, other.Error);
        var sizes = JsonDocument.Parse(other.Out).RootElement.GetProperty("quantities")[0];
        Assert.Equal("size", sizes.GetProperty("name").GetString());
        Assert.InRange(sizes.GetProperty("data").GetProperty("mean").GetDouble(), 0.6, 1);
        // Other questions keep files of their own, and states that overlap are told.
        var overlapping = place.Run("eval-conformations", "--run", "chain", "--quantities", "oh: distance 0 1", "--states", "a: oh 0..1.1; b: oh 0.9..9");
        Assert.True(overlapping.Code == 0, overlapping.Error);
        Assert.Contains("The states a and b overlap: ", overlapping.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("overlap", trained.Error, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(place["runs/chain/v0001/eval"], "conformations.other-quantities-*.json").Length);
    }

    /// <summary>
    /// A bent chain of four atoms that turns about its middle bond, in any orientation: bonds of 1 and 1.5, and two dihedral angles, -60° in three of four
    /// frames, 170° in one.
    /// </summary>
    [Fact]
    public void AMoleculeIsLearntByItsDistancesAndAngles()
    {
        using var place = new Workplace();
        place.Write("twist.xyz", Twist(600));
        place.Write("twist.yaml", """
            name: twist
            data: { kind: particles, path: twist.xyz, coordinates: internal }
            method: { flow: { network: { kind: residual, blocks: 2, widths: [32], identity: true } }, objective: { beta: 300 } }
            training: { epochs: 40, batch_size: 40, threads: 1, optimizer: { learning_rate: 5.0e-3 } }
            evaluate:
              - nll
              - kind: conformations
                quantities: "turn: dihedral 0 1 2 3; hc: distance 0 1; cc: distance 1 2"
                states: "gauche: turn -120..0; trans: turn 120..240"
            """);
        var trained = place.Run("train", "--config", "twist.yaml");
        Assert.True(trained.Code == 0, trained.Error);
        var report = JsonDocument.Parse(File.ReadAllText(place["runs/twist/v0001/eval/conformations.json"])).RootElement;
        double Sampled(int quantity) => report.GetProperty("quantities")[quantity].GetProperty("samples").GetProperty("mean").GetDouble();
        Assert.Equal(1, Sampled(1), 0.02);
        Assert.Equal(1.5, Sampled(2), 0.02);
        Assert.InRange(report.GetProperty("states")[0].GetProperty("samples").GetProperty("share").GetDouble(), 0.6, 0.9);

        // Samples are molecules of the same image in any orientation, and have densities.
        Done("sample", "--run", "twist", "-n", "60", "--log-prob", "--out", "drawn.xyz");
        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
        var first = File.ReadLines(place["drawn.xyz"]).Where((_, line) => line % 6 == 2)
            .Select(line => Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])).ToList();
        Assert.True(first.Any(x => x > 0.3) && first.Any(x => x < -0.3), string.Join(' ', first));

        // The encoder's density of what was drawn is that with which it was drawn, where the two are each other's inverse.
        var told = File.ReadLines(place["drawn.xyz"]).Where((_, line) => line % 6 == 1).Select(line => Number(line.Split('=')[1]));
        var encoded = Done("log-prob", "--run", "twist", "--data", "drawn.xyz").TrimEnd().Split('\n').Skip(1).Select(Number);
        Assert.InRange(told.Zip(encoded, (own, other) => Math.Abs(own - other)).Order().ElementAt(30), 0, 0.5);
        Done("train", "--resume", "twist", "training.epochs=41");
        Done("sample", "--run", "twist", "-n", "5", "--out", "drawn.npy");

        UsageTests.Refused(place, "leave out chirality", "train", "--config", "twist.yaml", "data.chirality=[0,1,2,3]", "--runs", "others");
        UsageTests.Refused(place, "do not reach the particles 3", "train", "--config", "twist.yaml", "data.bonds=[[0,1],[1,2]]", "--runs", "others");
        UsageTests.Refused(place, "positions that are learnt by distances and angles", "train", "--config", "twist.yaml", "method.flow.network={kind: egnn}",
            "--runs", "others");

        string Done(params string[] arguments)
        {
            var result = place.Run(arguments);
            Assert.True(result.Code == 0, result.Error);
            return result.Out;
        }
    }

    private static string Twist(int count)
    {
        var random = new Random(3);
        double Normal(double deviation) => deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return string.Concat(Enumerable.Range(0, count).Select(i =>
        {
            var turn = ((i % 4 == 0 ? 170 : -60) + Normal(8)) * Math.PI / 180;
            double[][] atoms = [[-0.3, 0.95, 0], [0, 0, 0], [1.5, 0, 0], [1.8, 0.95 * Math.Cos(turn), 0.95 * Math.Sin(turn)]];
            atoms = [.. atoms.Select(r => (double[])[r[0] + Normal(0.02), r[1] + Normal(0.02), r[2] + Normal(0.02)])];
            var (a, b) = (random.NextDouble() * Math.Tau, random.NextDouble() * Math.Tau);
            var turned = atoms.Select(r => (double[])[r[0], (Math.Cos(a) * r[1]) - (Math.Sin(a) * r[2]), (Math.Sin(a) * r[1]) + (Math.Cos(a) * r[2])])
                .Select(r => (double[])[(Math.Cos(b) * r[0]) - (Math.Sin(b) * r[1]), (Math.Sin(b) * r[0]) + (Math.Cos(b) * r[1]), r[2]]);
            return "4\ntwist\n" + string.Concat(turned.Zip(["H", "C", "C", "F"], (r, element) => string.Create(CultureInfo.InvariantCulture,
                $"{element} {r[0]:F5} {r[1]:F5} {r[2]:F5}\n")));
        }));
    }

    /// <summary>Frames of one element with their energies, known of these frames alone.</summary>
    [Fact]
    public void EnergiesOfRowsTellWhatTheFlowIsWorth()
    {
        // Springs between each two of three atoms, U = ½ k N Σ ‖x_i − x̄‖² with k N = 1: in units of kT = 2 with as much variance.
        var random = new Random(2);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        using var place = new Workplace();
        place.Write("argon.xyz", string.Concat(Enumerable.Range(0, 400).Select(_ =>
        {
            double[] x = [.. Enumerable.Range(0, 9).Select(_ => Normal())];
            double[] mean = [.. Enumerable.Range(0, 3).Select(axis => (x[axis] + x[3 + axis] + x[6 + axis]) / 3)];
            var energy = x.Index().Sum(value => Math.Pow(value.Item - mean[value.Index % 3], 2));
            return string.Create(CultureInfo.InvariantCulture, $"3\nU={energy:R}\n{string.Concat(x.Chunk(3).Select(p => $"Ar {p[0]:R} {p[1]:R} {p[2]:R}\n"))}");
        })));
        place.Write("argon.yaml", """
            name: argon
            data: { kind: particles, path: argon.xyz, energies: { name: U, temperature: 2 }, test_fraction: 0.4 }
            method: { flow: { network: { kind: egnn, blocks: 1, sublayers: 1, width: 8, normalization_factor: 1 } } }
            training: { epochs: 1, batch_size: 40, threads: 1 }
            evaluate: [energies]
            """);
        var trained = place.Run("train", "--config", "argon.yaml");
        Assert.True(trained.Code == 0, trained.Error);
        foreach (var word in new[] { "KL(data‖flow)", "slope of −log q against U", "log Z by samples of the flow, as their energies cannot be computed" })
        {
            Assert.Contains(word, trained.Out, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(place["runs/argon/v0001/plots/energies.png"]));
        var again = place.Run("eval-energies", "--json");
        Assert.True(again.Code == 0, again.Error);
        var report = JsonDocument.Parse(again.Out).RootElement;
        Assert.Equal((160, 6), (report.GetProperty("rows").GetInt32(), report.GetProperty("dimension").GetInt32()));
        Assert.InRange(report.GetProperty("mean_energy").GetProperty("value").GetDouble(), 2.3, 3.7);
        Assert.InRange(report.GetProperty("encoder").GetProperty("correlation").GetDouble(), 0.9, 1);

        // Frames of a single element are written as such.
        var drawn = place.Run("sample", "--run", "argon", "-n", "2", "--out", "drawn.xyz");
        Assert.True(drawn.Code == 0, drawn.Error);
        Assert.StartsWith("Ar ", File.ReadAllLines(place["drawn.xyz"])[2], StringComparison.Ordinal);

        var plain = place.Run("train", "--config", "argon.yaml", "data.energies=null", "evaluate=[]", "--runs", "plain");
        Assert.True(plain.Code == 0, plain.Error);
        UsageTests.Refused(place, "the run 'argon': expected energies", "eval-energies", "--run", "argon", "--runs", "plain");
        place.Write("u.csv", "U\n1\n2\n");
        UsageTests.Refused(place, "u.csv: holds 2 numbers, but ", "train", "--config", "argon.yaml", "data.energies={path: u.csv}", "--runs", "others");
        UsageTests.Refused(place, "leave it out where data.system or data.energy tells the energy",
            "train", "--config", "argon.yaml", "data.energy={kind: pairs, potential: {kind: harmonic}}", "--runs", "others");
        UsageTests.Refused(place, "expected energies: data.energies names those of the rows", "train", "--config", "argon.yaml", "data.energies=null", "--runs",
            "others");
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
