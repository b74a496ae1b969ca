using System.Globalization;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Inference with one's own simulator, as somebody does it who has parameters and observations in files.</summary>
public sealed class SimulationsTests : IDisposable
{
    private const string Rest = """
        method: { flow: { network: { kind: residual, blocks: 1, widths: [16], identity: true } } }
        training: { epochs: 8, batch_size: 64, threads: 1, device: cpu, optimizer: { learning_rate: 5.0e-3 } }
        evaluate: [nll]
        """;

    private readonly Workplace _place = new();

    public SimulationsTests()
    {
        var random = new Random(1);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var (theta, x) = (new List<double[]>(), new List<double[]>());
        for (var i = 0; i < 600; i++)
        {
            var (a, b, c) = (5 * random.NextDouble(), 0.01 * Math.Pow(1000, random.NextDouble()), Normal());
            theta.Add([a, b, c]);
            x.Add([a + Normal(), Math.Log(b) + Normal(), c + Normal()]);
        }

        Table("theta.csv", ["a", "b", "c"], theta);
        Table("x.csv", ["y0", "y1", "y2"], x);
        Table("all.csv", ["a", "b", "c", "y0", "y1", "y2"], [.. theta.Zip(x, (t, y) => (double[])[.. t, .. y])]);
        _place.Write("mine.yaml", $$"""
            name: mine
            data:
              kind: simulations
              parameters: theta.csv
              observations: x.csv
              prior: { a: { uniform: [0, 5] }, b: { log-uniform: [0.01, 10] }, c: { normal: [0, 1] } }
            {{Rest}}
            """);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void NoSampleOfThePosteriorLeavesThePrior()
    {
        var trained = _place.Run("train", "--config", "mine.yaml");
        Assert.True(trained.Code == 0, trained.Error);

        // An observation at the edge, where most of what an unbounded flow draws would lie outside.
        var drawn = _place.Run("sample", "--run", "mine", "--condition", "y0=-1,y2=0,y1=3", "-n", "20000", "--log-prob", "--out", "posterior.csv");
        Assert.True(drawn.Code == 0, drawn.Error);
        var rows = Rows("posterior.csv", out var names);
        Assert.Equal(["a", "b", "c", "log_prob"], names);
        Assert.All(rows, row => Assert.True(row[0] is >= 0 and <= 5 && row[1] is >= 0.01 and <= 10 && row.All(double.IsFinite)));
        Assert.True(rows.Min(row => row[2]) < 0);
        Assert.Equal(0, _place.Run("eval-nll", "--run", "mine").Code);
        var plotted = _place.Run("plot", "posterior", "--run", "mine", "--condition", "-1,3,0", "--truth", "c=0,a=0.1,b=2", "--beside", "other=posterior.csv",
            "--out", "p.png");
        Assert.True(plotted.Code == 0, plotted.Error);
        plotted = _place.Run("plot", "pairs", "posterior.csv", "--limits-of", "mine", "--columns", "b,a");
        Assert.True(plotted.Code == 0, plotted.Error);
    }

    [Fact]
    public void OneTableIsAsGoodAsTwoFiles()
    {
        string[] validate = ["train", "--config", "mine.yaml", "--dry-run"];
        var one = _place.Run([.. validate, "data.parameters={path: all.csv, columns: [0-1, c]}", "data.observations={columns: [\"y?\"], path: null}"]);
        Assert.True(one.Code == 0, one.Error);
        Assert.Contains("3, and 3 conditions", one.Out, StringComparison.Ordinal);
        UsageTests.Refused(_place, "data.observations: " + _place["all.csv"] + ": no column fits 'z*'. The columns are: a, b, c, y0",
            [.. validate, "data.observations={path: all.csv, columns: [\"z*\"]}"]);
    }

    [Fact]
    public void ParametersOutsideOfThePriorAreRefusedByRow()
    {
        var lines = File.ReadAllLines(_place["theta.csv"]);
        lines[18] = "5.5,1,0";
        File.WriteAllLines(_place["theta.csv"], lines);
        UsageTests.Refused(_place, "the column 'a' lies outside of its bounds (0 to 5) in 1 row, number 17 (counted from 0",
            "train", "--config", "mine.yaml");
        UsageTests.Refused(_place, "wrong.yaml:6:17: data.prior['a'].uniform: expected uniform to be two bounds, the lower one first, found [5, 0]",
            "config", "validate", "--config",
            _place.Write("wrong.yaml", File.ReadAllText(_place["mine.yaml"]).Replace("[0, 5]", "[5, 0]", StringComparison.Ordinal)));
        UsageTests.Refused(_place, "there is no column 'zz'. The columns are", "train", "--config", "mine.yaml", "data.prior={zz: {above: 0}}");
        UsageTests.Refused(_place, "there is no column 'aa'. Did you mean 'a'?", "train", "--config", "mine.yaml", "data.prior={aa: {above: 0}}");
    }

    [Fact]
    public void ManyObservationsAreAnsweredAtOnce()
    {
        Assert.Equal(0, _place.Run("train", "--config", "mine.yaml").Code);
        _place.Write("three.csv", "y0,y1,y2\n1,0,0\n0.1,-2,0.5\n4.9,2,1\n");
        var drawn = _place.Run("sample", "--run", "mine", "--condition", "three.csv", "-n", "50", "--log-prob", "--out", "posteriors.csv");
        Assert.True(drawn.Code == 0, drawn.Error);
        var rows = Rows("posteriors.csv", out var names);
        Assert.Equal(["row", "a", "b", "c", "log_prob"], names);
        Assert.Equal([50, 50, 50], rows.CountBy(row => row[0]).Select(count => count.Value));
        Assert.True(rows.Where(row => row[0] == 1).Average(row => row[1]) < rows.Where(row => row[0] == 2).Average(row => row[1]));

        // What reads samples leaves the column out, and does not take those of several conditions for one; in whatever file they are.
        foreach (var file in (string[])["posteriors.csv", "several.npz", "several.npy"])
        {
            if (file != "posteriors.csv")
            {
                Assert.Equal(0, _place.Run("sample", "--run", "mine", "--condition", "three.csv", "-n", "50", "--out", file).Code);
            }

            string[] plot = ["plot", "posterior", "--run", "mine", "--condition", "4.9,2,1", "--samples", file, "--out", "p.png"];
            UsageTests.Refused(_place, "of the rows 0, 1, 2, which are no samples of one distribution. Choose one by --row", plot);
            var plotted = _place.Run([.. plot, "--row", "2"]);
            Assert.True(plotted.Code == 0, plotted.Error);
        }

        UsageTests.Refused(_place, "holds samples of several conditions", "log-prob", "--run", "mine", "--data", "posteriors.csv", "--condition", "1,0,0");

        // Densities of these samples, asked for by a file: those of their own rows.
        Table("first.csv", ["a", "b", "c"], rows.Where(row => row[0] == 0).Select(row => row[1..4]));
        var told = _place.Run("log-prob", "--run", "mine", "--data", "first.csv", "--condition", "1,0,0", "--out", "log_prob.csv");
        Assert.True(told.Code == 0, told.Error);
        var logProb = Rows("log_prob.csv", out _).Select(row => row[0]).ToList();
        Assert.InRange(logProb.Zip(rows).Average(pair => Math.Abs(pair.First - pair.Second[4])), 0, 0.5);

        // One table with both, and rows outside of the prior.
        Assert.Equal(601, _place.Run("log-prob", "--run", "mine", "--data", "all.csv").Out.TrimEnd().Split('\n').Length);
        Table("outside.csv", ["a", "b", "c"], [[6, 1, 0]]);
        Assert.Equal("log_prob\n-Infinity", _place.Run("log-prob", "--run", "mine", "--data", "outside.csv", "--condition", "1,0,0").Out.TrimEnd());
        Assert.StartsWith("z_0,z_1,z_2\n", _place.Run("encode", "--run", "mine", "--data", "all.csv").Out, StringComparison.Ordinal);
        UsageTests.Refused(_place, "was trained with conditions: give --condition", "log-prob", "--run", "mine", "--data", "theta.csv");
        UsageTests.Refused(_place, "has 600 rows for 1 row of --data", "log-prob", "--run", "mine", "--data", "outside.csv", "--condition", "x.csv");

        var mode = _place.Run("map", "--run", "mine", "--condition", "three.csv", "--out", "modes.csv");
        Assert.True(mode.Code == 0, mode.Error);
        var modes = Rows("modes.csv", out _);
        Assert.Equal(3, modes.Length);
        Assert.All(modes, row => Assert.True(row[0] is >= 0 and <= 5 && row[1] is >= 0.01 and <= 10));
        Assert.True(modes[0][3] >= rows.Where(row => row[0] == 0).Max(row => row[4]) - 0.3);
    }

    [Fact]
    public void AFeatureWithHeavyTailsIsToldAndSeen()
    {
        // All that the observation tells of a lies in a column over seven powers of ten.
        var random = new Random(2);
        Table("flux.csv", ["flux"], File.ReadLines(_place["theta.csv"]).Skip(1).Select(line =>
            (double[])[12 * Math.Exp(3.5 * (double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture) - 2.5) + random.NextDouble())]));
        _place.Write("flux.yaml", $$"""
            name: mine
            data:
              kind: simulations
              parameters: { path: theta.csv, columns: [a] }
              observations: flux.csv
              prior: { a: { uniform: [0, 5] } }
            {{Rest}}
            """);
        string[] train = ["train", "--config", "flux.yaml"];
        double Nll(params string[] more)
        {
            var trained = _place.Run([.. train, .. more]);
            Assert.True(trained.Code == 0, trained.Error);
            return SweepTests.Json(_place, "runs", "show", "mine", "--json").GetProperty("manifest").GetProperty("results").GetProperty("nll").GetDouble();
        }

        Assert.Contains("'flux' has heavy tails", _place.Run([.. train, "training.epochs=1"]).Error, StringComparison.Ordinal);
        var (seen, ignored) = (Nll("training.epochs=20"), Nll("training.epochs=20", "data.standardize=true"));
        Assert.True(seen < ignored - 0.5, $"{seen} {ignored}");
        UsageTests.Refused(_place, "expected one of auto, true, false, robust, log, rank", [.. train, "data.standardize=sometimes"]);
    }

    private void Table(string name, string[] columns, IEnumerable<double[]> rows) => _place.Write(name, string.Join(',', columns) + "\n"
        + string.Concat(rows.Select(row => string.Join(',', row.Select(number => number.ToString("R", CultureInfo.InvariantCulture))) + "\n")));

    private double[][] Rows(string name, out string[] columns)
    {
        var lines = File.ReadAllLines(_place[name]);
        columns = lines[0].Split(',');
        return [.. lines[1..].Select(line => line.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
    }
}
