using FFF.Datasets.Table;
using FFF.Options;
using FFF.Randomness;
using FFF.Sampling;
using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Sampling;

/// <summary>What is left of a prior where a posterior has mass, and the draws of priors.</summary>
public sealed class TruncatedPriorTests
{
    private static readonly IReadOnlyList<Keyed<ColumnPrior>> Priors =
    [
        new("a", new ColumnPrior { Uniform = [-4, 4] }), new("b*", new ColumnPrior { LogUniform = [0.1, 10] }), new("c", new ColumnPrior { Normal = [3, 2] }),
    ];

    [Fact]
    public void PriorsAreDrawnFrom()
    {
        using var scope = NewDisposeScope();
        var drawn = PriorSampler.Of(Priors, ["a", "b1", "c"], "mine").Draw(new() { Count = 40_000, Seed = 1 }).Values;
        var (a, b, c) = (drawn.select(1, 0), drawn.select(1, 1).log10(), drawn.select(1, 2));
        foreach (var (values, mean, deviation) in new[] { (a, 0, 8 / Math.Sqrt(12)), (b, 0, 2 / Math.Sqrt(12)), (c, 3, 2.0) })
        {
            Assert.Equal(mean, values.mean().item<double>(), 0.02 * deviation + 0.01);
            Assert.Equal(deviation, values.std().item<double>(), 0.02 * deviation);
        }

        Assert.True(a.abs().max().item<double>() is <= 4 and > 3.99);
        Assert.True(b.abs().max().item<double>() is <= 1 and > 0.99);
    }

    /// <summary>A flow of the standard normal density: its 1e-4-quantile of log q bounds |θ| at the normal quantile 3.89.</summary>
    [Fact]
    public void TheSupportIsThatOfTheDensitysQuantile()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(2);
        var theta = random.Normal([4_000, 1], float64);
        var x = random.Normal([4_000, 1], float64);
        var options = new ModelOptions { Training = new TrainingConfig { Epochs = 10, BatchSize = 128, Threads = 1 } };
        using var model = DensityModel.Fit(new Samples(theta, x), options);
        var condition = zeros(1, float64);
        var prior = PriorSampler.Of([new("a", new ColumnPrior { Uniform = [-20, 20] })], ["a"], "mine");
        var (drawn, share) = TruncatedPrior.Of(model, condition, 0.01, seed: 3).Draw(prior, 3_000, seed: 4, CancellationToken.None);
        Assert.Equal([3_000, 1], drawn.shape);

        // Uniform between the 1 % bounds of the posterior, ±2.58.
        Assert.InRange(drawn.abs().max().item<double>(), 2.2, 3.0);
        Assert.Equal(2 * 2.58 / 40, share, 0.02);
        Assert.InRange(drawn.std().item<double>(), 2.2 / Math.Sqrt(3), 3.0 / Math.Sqrt(3));
    }

    [Fact]
    public void AShareThatIsTooSmallIsTold()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(2);
        using var model = DensityModel.Fit(new Samples(random.Normal([500, 1], float64), random.Normal([500, 1], float64)),
            new ModelOptions { Training = new TrainingConfig { Epochs = 1, Threads = 1 } });
        var prior = PriorSampler.Of([new("a", new ColumnPrior { Uniform = [100, 1e9] })], ["a"], "mine");
        var truncated = TruncatedPrior.Of(model, zeros(1, float64), 1e-4, seed: 3);
        Assert.Contains("too few to be found", Assert.Throws<FFF.Datasets.DatasetException>(
            () => truncated.Draw(prior, 10, seed: 4, CancellationToken.None)).Message, StringComparison.Ordinal);
    }
}
