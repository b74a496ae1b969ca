using System.Globalization;
using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Observations that are too long, or whose order tells nothing, as somebody meets them who has a simulator.</summary>
public sealed class EmbeddingTests : IDisposable
{
    private const int Draws = 20;

    private readonly Workplace _place = new();
    private readonly List<double[]> _rows = [];

    /// <summary>Mean and log-scale of a normal density, from twenty draws of it.</summary>
    public EmbeddingTests()
    {
        var random = new Random(3);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        for (var i = 0; i < 1500; i++)
        {
            var (mean, scale) = (Normal(), 0.5 * Normal());
            _rows.Add([mean, scale, .. Enumerable.Range(0, Draws).Select(_ => mean + (Math.Exp(scale) * Normal()))]);
        }

        Table("draws.csv", ["mean", "log_scale", .. Names], _rows);
        _place.Write("draws.yaml", """
            name: draws
            data:
              kind: simulations
              parameters: { path: draws.csv, columns: [mean, log_scale] }
              observations: { columns: ["x*"] }
            method:
              flow: { network: { kind: residual, blocks: 1, widths: [32], identity: true } }
            training: { epochs: 10, batch_size: 64, threads: 1, device: cpu, ema: 0.99, optimizer: { learning_rate: 3.0e-3 } }
            evaluate: [nll]
            """);
    }

    private static IEnumerable<string> Names => Enumerable.Range(0, Draws).Select(i => $"x{i}");

    public void Dispose() => _place.Dispose();

    [Fact]
    public void ADeepSetLearnsFromExchangeableDrawsWhatPlainConditionsDoNot()
    {
        LongRun.Only();
        Done("train", "--config", "draws.yaml", "--name", "plain");
        Done("train", "--config", "draws.yaml", "--name", "sets", "method.flow.embedding=deep-set");
        double Nll(string run) => JsonDocument.Parse(File.ReadAllText(_place[$"runs/{run}/v0001/manifest.json"])).RootElement
            .GetProperty("results").GetProperty("nll").GetDouble();
        Assert.True(Nll("sets") < Nll("plain") - 0.1, $"{Nll("sets")} with sets, {Nll("plain")} without");
        Assert.Contains("kind: deep-set", Done("runs", "show", "sets").Out, StringComparison.Ordinal);

        // The order of the draws does not matter.
        Table("turned.csv", ["mean", "log_scale", .. Names], _rows.Take(20).Select(row => (double[])[row[0], row[1], .. row[2..].Reverse()]));
        Table("straight.csv", ["mean", "log_scale", .. Names], _rows.Take(20));
        double[] LogProb(string run, string file) => [.. Done("log-prob", "--run", run, "--data", file).Out.TrimEnd().Split('\n').Skip(1)
            .Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        Assert.All(LogProb("sets", "turned.csv").Zip(LogProb("sets", "straight.csv")), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.Contains(LogProb("plain", "turned.csv").Zip(LogProb("plain", "straight.csv")), pair => Math.Abs(pair.First - pair.Second) > 1e-2);

        // Whatever reads a run reads this one.
        var observation = string.Join(',', _rows[0][2..].Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        Done("sample", "--run", "sets", "--condition", observation, "-n", "500", "--log-prob", "--out", "posterior.csv");
        var drawn = File.ReadLines(_place["posterior.csv"]).Skip(1).Select(line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(_rows[0][2..].Average(), drawn.Average(), 0.6);
        Done("encode", "--run", "sets", "--data", "straight.csv");
        Done("map", "--run", "sets", "--condition", observation);
        Done("eval-calibration", "--run", "sets", "--posterior-samples", "50");
        Done("eval-theory", "--run", "sets");
        Done("plot", "posterior", "--run", "sets", "--condition", observation, "--out", "p.png");
        Done("report", "sets");
        Done("train", "--resume", "sets", "training.epochs=11");
        Done("train", "--from", "sets", "training.epochs=1");
    }

    /// <summary>One draw that never changes is no constant quantity where the others do, and is scaled with them.</summary>
    [Fact]
    public void AConstantElementOfASetIsOneOfThem()
    {
        Table("constant.csv", ["mean", "log_scale", .. Names], _rows.Select(row => (double[])[.. row[..^1], 0.5]));
        string[] train = ["train", "--config", "draws.yaml", "--name", "constant", "data.parameters.path=constant.csv", "training.epochs=1", "evaluate=[]"];
        UsageTests.Refused(_place, "the condition column 'x19' has the same value in all", train);
        Done([.. train, "method.flow.embedding=deep-set"]);
        Done("eval-nll", "--run", "constant");
    }

    [Theory]
    [InlineData("flow.embedding=dense")]
    [InlineData("flow.embedding={kind: conv1d, filters: [4], widths: []}")]
    [InlineData("method={kind: spline-flow, transforms: 1, embedding: {kind: deep-set, features: 2}}")]
    [InlineData("method={kind: flow-matching, tolerance: 1e-2, network: {kind: dense, widths: [16]}, embedding: {kind: deep-set, widths: []}}")]
    public void EveryMethodTakesEveryKind(string method)
    {
        Done("train", "--config", "draws.yaml", method, "training.epochs=1", "evaluate=[]");
        Done("sample", "--run", "draws", "--condition", string.Join(',', Enumerable.Repeat("0.5", Draws)), "-n", "5", "--log-prob");
    }

    [Theory]
    [InlineData("flow.embedding.features: expected a divisor of 20, the number of conditions, found 3", "flow.embedding={kind: deep-set, features: 3}")]
    [InlineData("flow.embedding: expected no embedding for data without conditions", "flow.embedding=dense",
        "data={kind: toy, distribution: two_moons}")]
    [InlineData("did you mean 'deep-set'?", "flow.embedding=deepset")]
    [InlineData("data.standardize: expected conditions that method.flow.embedding takes for one quantity", "flow.embedding=deep-set",
        "data.standardize={columns: {x3: log}}")]
    public void MistakesAreNamed(string message, params string[] args) =>
        UsageTests.Refused(_place, message, ["train", "--config", "draws.yaml", .. args]);

    private Outcome Done(params string[] args)
    {
        var outcome = _place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }

    private void Table(string name, IEnumerable<string> columns, IEnumerable<double[]> rows) => _place.Write(name,
        string.Join('\n', rows.Select(row => string.Join(',', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))))
            .Prepend(string.Join(',', columns))) + "\n");
}
