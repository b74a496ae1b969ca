using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Formats;
using FFF.Options;
using FFF.Randomness;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Table;

/// <summary>Parameters that were not drawn from the prior that is given of them are told, and others are not.</summary>
public sealed class PriorDoubtsTests : IDisposable
{
    private static readonly ColumnPrior Right = new() { Normal = [1, 2] };
    private static readonly ColumnPrior Wrong = new() { Normal = [30, 2] };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>Closed forms; the normal one is SciPy's norm(1, 2).cdf(−1.4).</summary>
    [Fact]
    public void DistributionFunctionsAreThoseOfTheDensities()
    {
        static void Equals(double expected, ColumnPrior prior, double value) =>
            Assert.Equal(expected, prior.Distribution(tensor(new[] { value })).item<double>(), 1e-15);
        Equals(0.25, new() { Uniform = [-1, 3] }, 0);
        Equals(0, new() { Uniform = [-1, 3] }, -2);
        Equals(1, new() { Uniform = [-1, 3] }, 4);
        Equals(Math.Log(10) / Math.Log(25), new() { LogUniform = [0.2, 5] }, 2);
        Equals(0, new() { LogUniform = [0.2, 5] }, -1);
        Equals(0.11506967022170822, Right, -1.4);
        Equals(0.5, Right, 1);
    }

    /// <summary>
    /// The statistics and exact p-values are SciPy's, kstest(1 + 2 sin i, norm(m, s).cdf) and kstest(exp(sin i), ...), i &lt; 200. The limit for many rows
    /// is within a tenth of them as far out as this.
    /// </summary>
    [Theory]
    [InlineData("normal", 1, 1.5, 0.09123049567650754, 0.06723913841859241)]
    [InlineData("normal", 1, 2, 0.15867658214505242, 7.260415625113731e-05)]
    [InlineData("normal", 0.5, 1.5, 0.18183716375237458, 2.934038091082577e-06)]
    [InlineData("log-uniform", 0.2, 5, 0.18935991491743576, 9.398184064536656e-07)]
    [InlineData("uniform", 0, 3, 0.16722824529166969, 2.3387325565331833e-05)]
    public void TheTestIsThatOfKolmogorovAndSmirnov(string kind, double first, double second, double statistic, double p)
    {
        double[] given = [first, second];
        var wave = arange(200, float64).sin();
        ColumnPrior prior = kind switch { "normal" => new() { Normal = given }, "uniform" => new() { Uniform = given }, _ => new() { LogUniform = given } };
        var values = kind == "normal" ? 1 + (2 * wave) : wave.exp();
        var test = PriorDoubts.Test(prior, values);
        Assert.Equal(statistic, test.Statistic, 1e-12);
        Assert.InRange(test.PValue / p, 0.9, 1.1);

        // Each counts once, however often it comes.
        var repeated = PriorDoubts.Test(prior, values.repeat(7));
        Assert.Equal((test.Statistic, test.PValue), (repeated.Statistic, repeated.PValue));
    }

    [Fact]
    public void OnlyAPriorThatIsPlainlyAnotherIsDoubted()
    {
        Assert.Empty(DoubtsOf(Right, Drawn(Right, 4_000)));
        var doubt = Assert.Single(DoubtsOf(Wrong, Drawn(Right, 100)));
        foreach (var words in (string[])["the prior of 'a' is normal with mean 30 and deviation 2, but its numbers were not drawn from that",
            "p below 1E-06", "those under the numbers' own distribution"])
        {
            Assert.Contains(words, doubt, StringComparison.Ordinal);
        }

        var within = new ColumnPrior { Uniform = [0.1, 2] };
        Assert.Contains("uniform from 0 to 100", Assert.Single(DoubtsOf(new() { Uniform = [0, 100] }, Drawn(within, 100))), StringComparison.Ordinal);
        Assert.Empty(DoubtsOf(new() { Bounds = [0, 100] }, Drawn(within, 100)));
        Assert.Empty(DoubtsOf(within, Drawn(within, 4_000)));
        Assert.Empty(DoubtsOf(Wrong, Drawn(Right, 10)));
        var factors = new ColumnPrior { LogUniform = [0.01, 10] };
        Assert.Empty(DoubtsOf(factors, Drawn(factors, 4_000)));
        Assert.Single(DoubtsOf(new() { Uniform = [0, 10] }, Drawn(factors, 100)));
    }

    /// <summary>Files may be sorted, and larger than what is looked at.</summary>
    [Fact]
    public void TheOrderOfAFileTellsNothing() => Assert.Empty(DoubtsOf(Right, Drawn(Right, 40_000).sort().Values));

    /// <summary>Those of further rounds were drawn from a part of the prior.</summary>
    [Fact]
    public void FilesOfLaterRoundsAreNotHeldAgainstThePrior()
    {
        var (first, second) = (Table("theta.csv", Drawn(Right, 300)), Table("theta.round-2.csv", Drawn(new() { Normal = [0, 0.01] }, 600)));
        Assert.Empty(DoubtsOf(Right, new() { Path = first, Append = [second] }, 900));
        Assert.Empty(DoubtsOf(Right, new() { Path = Path.Combine(Path.GetDirectoryName(first)!, "theta*.csv") }, 900));
        Assert.Empty(DoubtsOf(Right, new() { Path = second }, 600));
        Assert.Single(DoubtsOf(Wrong, new() { Path = first, Append = [second] }, 900));
        Assert.Single(DoubtsOf(Right, new() { Path = Table("moved.csv", Drawn(Wrong, 300)), Append = [second] }, 900));
    }

    private string[] DoubtsOf(ColumnPrior prior, Tensor values) => DoubtsOf(prior, new() { Path = Table("values.csv", values) }, values.shape[0]);

    private string[] DoubtsOf(ColumnPrior prior, TableSource parameters, long rows)
    {
        using var random = new RandomStream(9);
        var x = _folder["x.npy"];
        Npy.Write(x, random.Normal([rows, 1], float64));
        var data = new SimulationsData { Parameters = parameters, Observations = new() { Path = x }, Prior = [new Keyed<ColumnPrior>("a", prior)] };
        var doubts = new List<string>();
        _ = DatasetFactory.Create(data, seed: 1, doubts.Add);
        return [.. doubts.Where(doubt => doubt.Contains("the prior of", StringComparison.Ordinal))];
    }

    private static Tensor Drawn(ColumnPrior prior, long count)
    {
        using var random = new RandomStream(5);
        return prior.Draw(count, random);
    }

    private string Table(string name, Tensor values)
    {
        MatrixFile.Write(_folder[name], ["a"], values.unsqueeze(1));
        return _folder[name];
    }
}
