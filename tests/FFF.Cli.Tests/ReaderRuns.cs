using System.Globalization;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>
/// Small runs of every method and network that others than the program read, with the rows and conditions that they are asked about; each is trained when it is
/// first asked for.
/// </summary>
public sealed class ReaderRuns : IDisposable
{
    private const int TableRows = 300;
    private const int Asked = 40;
    private const double Tolerance = 1e-5;

    private static readonly Dictionary<string, string[]> Settings = new()
    {
        ["dense"] =
        [
            "method.flow.network={kind: dense, widths: [12, 12], activation: gelu, identity: true}",
            "method.flow.embedding={kind: deep-set, element_widths: [6, 5], widths: [4], outputs: 3, activation: tanh}",
        ],
        ["residual"] =
        [
            "method.flow.network={kind: residual, blocks: 2, widths: [12], identity: true}", "data.standardize={all: log}",
            "data.bounds={share: {bounds: [-1, 3]}, size: {above: 0}}",
        ],
        ["stack"] =
        [
            "method.flow.network={kind: stack, networks: [{kind: dense, widths: [12], activation: tanh, identity: true}, "
                + "{kind: residual, blocks: 1, widths: [8], activation: softplus, identity: true}]}",
            "method.objective.beta={kind: range, low: 1, high: 100}", "data.condition_columns=[]", "data.columns=[place, size, share]",
        ],
        ["elu"] =
        [
            "method.flow.network={kind: dense, widths: [8, 8], activation: elu, identity: true}", "method.flow.latent={kind: student-t, degrees_of_freedom: 4}",
            "data.bounds={size: {log-uniform: [0.0001, 10000]}, place: {below: 50}}", "data.standardize={all: true}",
        ],
        ["spline"] = ["method={kind: spline-flow, transforms: 2, widths: [12], bins: 6, embedding: {kind: dense, widths: [6], outputs: 3}}"],
        ["matching"] =
        [
            "method={kind: flow-matching, network: {kind: dense, widths: [16], activation: sine}, tolerance: 1.0e-6, "
                + "embedding: {kind: conv1d, filters: [3, 4], kernel: 3, stride: 2, widths: [5], outputs: 2}}",
        ],
        [Ensemble] = ["method.flow.network={kind: residual, blocks: 1, widths: [8], identity: true}", "training.ensemble=2"],
    };

    /// <summary>Skips those whose parts are in others, too, but in long runs.</summary>
    public static void SkipLong(string name) => LongRun.Only(name is "residual" or "elu" or "chiral" or "stack" or "matching");

    private const string Table = """
        name: table
        data:
          kind: table
          path: table.csv
          condition_columns: [hour, load]
          standardize: {all: auto, columns: {size: rank, place: robust, share: log}}
        training: { epochs: 3, batch_size: 64, threads: 1, device: cpu, optimizer: { learning_rate: 3.0e-3 } }
        """;

    private const string Particles = """
        name: particles
        data: { kind: particles, system: dw4, samples: 120 }
        method:
          flow:
            network:
              kind: stack
              networks:
                - { kind: egnn, blocks: 1, width: 8, move_bound: 0.01 }
                - { kind: egnn, blocks: 1, width: 8, shared_messages: true }
        training: { epochs: 1, batch_size: 40, threads: 1, device: cpu }
        """;

    /// <summary>Four atoms around none: their mirror image is another molecule.</summary>
    private const string Chiral = """
        name: chiral
        data: { kind: particles, path: chiral.xyz, identity: each, chirality: [0, 1, 2, 3], length: 1.5 }
        method: { flow: { network: { kind: egnn, blocks: 1, sublayers: 1, width: 8, attention: false, normalization_factor: 1 } } }
        training: { epochs: 1, batch_size: 40, threads: 1, device: cpu }
        """;

    private const string ByAngles = """
        name: internal
        data: { kind: particles, path: chiral.xyz, coordinates: internal }
        method: { flow: { network: { kind: dense, widths: [12], identity: true } } }
        training: { epochs: 1, batch_size: 40, threads: 1, device: cpu }
        """;

    private readonly HashSet<string> _trained = [];

    public ReaderRuns()
    {
        var random = new Random(5);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var rows = Enumerable.Range(0, TableRows + Asked).Select(_ =>
        {
            var (hour, load) = (Normal(), Math.Exp(Normal()));
            var place = hour + Normal();
            return (double[])[place, Math.Exp((0.3 * place) + Normal()), (4 / (1 + Math.Exp(-Normal() - place))) - 1, hour, load];
        }).ToList();

        // Others than those of the training, on which a density that is learnt by ranks has steps.
        Write("table.csv", "place,size,share,hour,load", rows.Take(TableRows));
        Write("rows.csv", "place,size,share", rows.Skip(TableRows).Select(row => row[..3]));
        Write("conditions.csv", "hour,load", rows.Skip(TableRows).Select(row => row[3..]));
        Place.Write("table.yaml", Table);
        Place.Write("particles.yaml", Particles);
        Place.Write("chiral.yaml", Chiral);
        Place.Write("internal.yaml", ByAngles);
        string Atom(string element, int x, int y, int z) => string.Create(
            CultureInfo.InvariantCulture, $"{element} {x + (0.1 * Normal()):F4} {y + (0.1 * Normal()):F4} {z + (0.1 * Normal()):F4}\n");
        Place.Write("chiral.xyz", string.Concat(Enumerable.Range(0, 120).Select(_ =>
            $"4\n\n{Atom("C", 1, 0, 0)}{Atom("H", 0, 1, 0)}{Atom("F", 0, 0, 1)}{Atom("O", 0, 0, 0)}")));
    }

    /// <summary>Where the runs are, and rows.csv and conditions.csv.</summary>
    internal Workplace Place { get; } = new();

    /// <summary>Chiral atoms that are bonded, which the Python reader does not know.</summary>
    public const string Bonded = "bonded";

    /// <summary>A mixture, which has no codes and no graph of operators.</summary>
    public const string Ensemble = "ensemble";

    /// <summary>Atoms by distances and angles: samples are turned at random, which the example leaves to its users.</summary>
    public const string Internal = "internal";

    /// <summary>The names of the runs.</summary>
    public static TheoryData<string> Names() => [.. Settings.Keys.Where(name => name != Ensemble), "particles", "chiral"];

    /// <summary>The options that tell the rows of a run, for log-prob and encode.</summary>
    public static string[] RowsOf(string name) => IsOfParticles(name) ? ["--data", $"{name}.csv"]
        : name == "stack" ? ["--data", "rows.csv"]
        : ["--data", "rows.csv", "--condition", "conditions.csv"];

    /// <summary>The options that tell the condition of a run's samples.</summary>
    public static string[] ConditionOf(string name) => IsOfParticles(name) || name == "stack" ? [] : ["--condition", "0.3,1.2"];

    /// <summary>Trains the run, unless it was trained already.</summary>
    public void Train(string name)
    {
        if (!_trained.Add(name))
        {
            return;
        }

        var isOfParticles = IsOfParticles(name);
        Succeed(name == Bonded ? ["train", "--config", "chiral.yaml", "--name", name, "data.bonds=[[0, 3], [1, 3], [2, 3]]"]
            : isOfParticles ? ["train", "--config", $"{name}.yaml"]
            : ["train", "--config", "table.yaml", "--name", name, .. Settings[name]]);
        if (isOfParticles)
        {
            // Densities know nothing of where positions lie.
            var drawn = OfProgram("sample", "--run", name, "-n", $"{Asked}", "--seed", "9");
            Write($"{name}.csv", File.ReadLines(Place["told.csv"]).First(), drawn.Select(row => row.Select(number => number + 20).ToArray()));
        }
    }

    private static bool IsOfParticles(string name) => name is "particles" or "chiral" or Bonded or Internal;

    /// <summary>What the program writes, as numbers, row by row.</summary>
    public double[][] OfProgram(params string[] args)
    {
        Succeed([.. args, "--out", "told.csv"]);
        return Numbers(File.ReadAllText(Place["told.csv"]));
    }

    /// <summary>Every number is, to 1e-5 of its size or of 1, what the program says.</summary>
    public static void AssertEqual(double[][] expected, double[][] found)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach (var (row, (program, other)) in expected.Zip(found).Index())
        {
            Assert.Equal(program.Length, other.Length);
            Assert.All(program.Zip(other), pair => Assert.True(
                pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second) <= Tolerance * (1 + Math.Abs(pair.First)),
                string.Create(CultureInfo.InvariantCulture, $"Row {row}: the program says {pair.First:R}, the other {pair.Second:R}.")));
        }
    }

    /// <summary>The numbers of a table.</summary>
    public static double[][] Numbers(string table) =>
        [.. table.TrimEnd().Split('\n')[1..].Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];

    public void Dispose() => Place.Dispose();

    private void Succeed(params string[] args)
    {
        var outcome = Place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    private void Write(string name, string head, IEnumerable<double[]> rows)
    {
        var lines = rows.Select(row => string.Join(',', row.Select(cell => cell.ToString("R", CultureInfo.InvariantCulture))));
        Place.Write(name, string.Join('\n', [head, .. lines]) + "\n");
    }
}
