using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Toy;
using FFF.Options;
using FFF.Randomness;
using FFF.Tests.Configuration;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Toy;

public sealed class MixtureTests
{
    /// <summary>½ D log 2πe + D log s.</summary>
    [Theory]
    [InlineData(1, 1.5)]
    [InlineData(2, 0.02)]
    public void AGaussianHasItsEntropy(int dimension, double deviation)
    {
        var expected = dimension * (0.5 * Math.Log(2 * Math.PI * Math.E) + Math.Log(deviation));
        Assert.Equal(expected, Gaussian(dimension, deviation).Entropy()!.Value, 1e-12);
        Assert.Null(Gaussian(3, 1).Entropy());
    }

    /// <summary>Far apart: the entropy of the component and that of its choice. Near: −log p of many samples, whose error is told.</summary>
    [Fact]
    public void MixturesHaveTheirEntropy()
    {
        double[] weights = [1, 3];
        var far = new GaussianMixture([[0, 0], [100, 0]], [1, 2], weights);
        var choice = -(0.25 * Math.Log(0.25)) - (0.75 * Math.Log(0.75));
        Assert.Equal(Math.Log(2 * Math.PI * Math.E) + (0.75 * 2 * Math.Log(2)) + choice, far.Entropy()!.Value, 1e-10);

        var near = new GaussianMixture([[-1], [1]], [0.5, 1.2], weights);
        var values = -near.LogProb(near.Draw(400_000, new RandomStream(3)).Data);
        var (mean, error) = (values.mean().item<double>(), values.std().item<double>() / Math.Sqrt(400_000));
        Assert.InRange(near.Entropy()!.Value, mean - 4 * error, mean + 4 * error);
        Assert.True(error < 0.002);
        Assert.Null(new GaussianMixture([[0, 0], [1, 1]], [1e-3, 1], weights).Entropy());
    }

    /// <summary>Counts, means and deviations of each component, in shares that do not sum to one.</summary>
    [Fact]
    public void SamplesFollowTheComponents()
    {
        var mixture = new GaussianMixture([[-5, 0, 1], [5, 2, 1]], [0.5, 1], [1, 3]);
        var rows = mixture.Draw(40_000, new RandomStream(1));
        var second = rows.Condition!.select(1, 1) == 1;
        Assert.Equal(0.75, second.to(float64).mean().item<double>(), 0.01);
        Check.Close(rows.Data[second].mean([0]), tensor([5f, 2, 1]), 0.03);
        Check.Close(rows.Data[second].std(0), ones(3), 0.03);
        Check.Close(rows.Data[~second].std(0), full(3, 0.5f), 0.03);
    }

    [Fact]
    public void TheDensityIsTheSumOfItsParts()
    {
        var x = tensor([0.3, -2], [2, 1], float64);
        static double Normal(double x, double mean, double s) => Math.Exp(-0.5 * Math.Pow((x - mean) / s, 2)) / (s * Math.Sqrt(2 * Math.PI));
        var expected = x.flatten().data<double>().Select(at => Math.Log((0.2 * Normal(at, 0, 1.5)) + (0.8 * Normal(at, 1, 0.1)))).ToArray();
        Check.Close(new GaussianMixture([[0], [1]], [1.5, 0.1], [0.2, 0.8]).LogProb(x), tensor(expected), 1e-12);
    }

    [Fact]
    public void ConfigurationsThatDoNotFitAreRefused()
    {
        using var folder = new ConfigFolder();
        Dataset Open(string keys) => DatasetFactory.Create(folder.Load($"name: x\ndata: {{kind: mixture, samples: 100, {keys}}}\n").Data, 0);
        Assert.Equal(["x_1"], Open("means: [[0], [2]], deviations: [1, 0.5]").Columns);
        Assert.Equal(2, Open("means: [[0, 1]], deviations: [1]").Dimension);
        Assert.Equal(2, Open("means: [[0], [2]], deviations: [1, 0.5], conditional: true").ConditionDimension);
        void Refused(string keys, string problem) =>
            Assert.Contains(problem, Assert.Throws<ConfigurationException>(() => Open(keys)).Message, StringComparison.Ordinal);
        Refused("means: [[0], [2, 3]], deviations: [1, 1]", "data.means: expected means that all have the same number of coordinates");
        Refused("means: [[0], [2]], deviations: [1]", "data.deviations: expected one for each of the 2 means, found 1");
        Refused("means: [[0]], deviations: [1], weights: [1, 2]", "data.weights: expected one for each of the 1 means, found 2");
        Refused("means: [[]], deviations: [1]", "data.means.0");
        Refused("means: [[0]], deviations: [0]", "data.deviations.0");

        // The same where a program makes them.
        var made = new MixtureData { Means = [[0], [double.NaN]], Deviations = [1, 1] };
        Assert.Contains("data.Means[1][0]", Assert.Throws<ArgumentException>(() => OptionsCheck.Require(made, "data")).Message, StringComparison.Ordinal);
        OptionsCheck.Require(made with { Means = [[0], [1]] }, "data");
    }

    private static GaussianMixture Gaussian(int dimension, double deviation) => new([new double[dimension]], [deviation], [1]);
}
