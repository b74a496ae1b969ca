using FFF.Evaluation;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation;

/// <summary>
/// x ~ N(0, 1), θ = x + ½ ε: the posterior p(θ | x) = N(x, ¼) is known. It is tested itself, and what differs from it where x &gt; 0 alone.
/// </summary>
public sealed class LocalC2stTests : IDisposable
{
    private const int Nulls = 39;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>p-values of a right posterior are uniform: over seeds and 2 observations, small ones are few, and their mean is near ½.</summary>
    [Fact]
    public void TheRightPosteriorIsNotBlamed()
    {
        var p = Enumerable.Range(1, LongRun.Times(5, 8)).SelectMany(seed => PValues(seed, (x, noise) => x + (0.5 * noise))).ToList();
        Assert.InRange(p.Average(), 0.3, 0.75);
        Assert.InRange(p.Count(value => value <= 0.1), 0, 5);
        Assert.True(p.Distinct().Count() > p.Count / 2, "p-values are spread out");
    }

    /// <summary>The classifier is smooth, and blames the other side by some hundredths, which a p-value may still tell from nothing.</summary>
    [Theory]
    [InlineData("shifted")]
    [InlineData("wider")]
    [InlineData("narrower")]
    public void AWrongOneIsFoundWhereItIsWrongAndHardlyElsewhere(string how)
    {
        var scores = Test(1, 2000, (x, noise) => where(x.gt(0), how switch
        {
            "shifted" => x + 0.4 + (0.5 * noise),
            "wider" => x + noise,
            _ => x + (0.25 * noise),
        }, x + (0.5 * noise)), Nulls).Scores;
        Assert.Equal(1.0 / (Nulls + 1), scores[1].PValue);
        Assert.True(scores[1].Statistic > 20 * scores[0].Statistic);
    }

    /// <summary>d / (1 − d) is the ratio of the densities: reweighted by it, draws have the mean and deviation of the posterior.</summary>
    [Fact]
    public void TheClassifierTellsTheRatioOfTheDensities()
    {
        var (score, draws) = Test(1, 4000, (x, noise) => x + 0.3 + (0.6 * noise), nulls: 1);
        var x = draws[1];
        var ratio = tensor(score[1].Probabilities.Select(d => d / (1 - d)).ToArray());
        var weights = ratio / ratio.sum();
        var mean = (weights * x).sum().item<double>();
        Assert.Equal(1, mean, 0.12);
        Assert.Equal(0.5, Math.Sqrt((weights * (x - mean).square()).sum().item<double>()), 0.08);
    }

    [Fact]
    public void TheSameSeedGivesTheSameAndAnotherNot()
    {
        var (first, again, other) = (Statistics(1), Statistics(1), Statistics(2));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static double[] Statistics(long seed) =>
            [.. Test(1, 200, (x, noise) => x + noise, nulls: 2, seed).Scores.SelectMany(s => (double[])[s.Statistic, .. s.Null])];
    }

    /// <summary>In closed form, and by one held-out loss against tensors.</summary>
    [Fact]
    public void HeldOutLossesAreThoseOfTensors()
    {
        using var random = new RandomStream(5);
        var points = cat([random.Normal([450, 3]), ones(450, 1), (2 * random.Integers(0, 2, [450, 1])) - 1], 1);
        long[] all = [.. Enumerable.Range(0, 450).Select(i => (long)i)];
        HeldOutFold[] folds = [new(0, 0, all[..200], all[200..])];
        var layout = LocalC2st.LayoutOf(3) with { Hidden = 20 };
        var initial = layout.Initial(new NumpyRandom(1));
        using var cpu = new CpuClassifiers(layout, initial, folds, [points.data<float>().ToArray()], ClassifierTraining.BatchSize, 1);
        using var tensors = new TensorClassifiers(layout, initial, folds, [points]);
        cpu.Epoch(all[..200], 50);
        tensors.Epoch(all[..200], 50);
        var d = LocalC2st.Probabilities(layout, cpu.Parameters(0), points.narrow(0, 200, 250).narrow(1, 0, 4).unsqueeze(0));
        var labels = points.narrow(0, 200, 250).select(1, 4).gt(0);
        var expected = -where(labels, d, 1 - d).log().mean().item<double>();
        Assert.Equal(expected, cpu.HeldOutLoss(0), 1e-6);
        Assert.Equal(expected, tensors.HeldOutLoss(0), 1e-5);
        Assert.All(cpu.Parameters(0).Zip(tensors.Parameters(0)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    /// <summary>By Holm's own procedure: hypotheses are rejected in the order of their p-values until one p_(j) exceeds α / (R − j + 1).</summary>
    [Fact]
    public void CorrectedPValuesAreThoseOfHolmsProcedure()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 50; trial++)
        {
            double[] p = [.. Enumerable.Range(0, 6).Select(_ => Math.Round(0.2 * random.NextDouble(), 2))];
            var corrected = HolmCorrection.Of(p);
            foreach (var alpha in (double[])[0.015, 0.0525, 0.2501])
            {
                var rejected = p.Order().Index().TakeWhile(value => value.Item <= alpha / (p.Length - value.Index)).Select(value => value.Item).ToHashSet();
                Assert.Equal(p.Select(rejected.Contains), corrected.Select(value => value <= alpha));
            }
        }
    }

    private static IReadOnlyList<double> PValues(int seed, Func<Tensor, Tensor, Tensor> estimate) =>
        [.. Test(seed, 500, estimate, Nulls).Scores.Select(score => score.PValue)];

    /// <summary>At the observations −1.5 and 1.</summary>
    private static (IReadOnlyList<LocalC2stScore> Scores, Tensor[] Draws) Test(
        int data, int pairs, Func<Tensor, Tensor, Tensor> estimate, int nulls, long seed = 7)
    {
        using var random = new RandomStream((ulong)data);
        Tensor Normal(long rows) => random.Normal([rows, 1], float64);
        var x = Normal(pairs);
        var theta = x + (0.5 * Normal(pairs));
        var observed = tensor(new[] { -1.5, 1 }).unsqueeze(1);
        Tensor[] draws = [.. Enumerable.Range(0, 2).Select(r => estimate(observed[r].expand(2000, 1), Normal(2000)))];
        var scores = LocalC2st.Run(new(theta, estimate(x, Normal(pairs)), x, observed, draws), nulls, seed, CPU);
        return (scores, [.. draws.Select(draw => draw.flatten())]);
    }
}
