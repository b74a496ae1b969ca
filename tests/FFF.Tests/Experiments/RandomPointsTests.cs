using FFF.Evaluation.Calibration;
using FFF.Evaluations.Calibration;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

/// <summary>
/// TARP on a posterior that is known: θ ~ N(0, 1) in two dimensions, x = θ₁ + θ₂ + 0.3 ε. Given x the parameters are Gaussian with the precision
/// 1 + 11ᵀ/0.09 in every entry beside the diagonal's 1, so that they are strongly and negatively correlated.
/// </summary>
public sealed class RandomPointsTests : IDisposable
{
    private const int Pairs = 1_000;
    private const int Samples = 200;
    private const double Noise = 0.3;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void TheExactPosteriorPasses() => Assert.True(Judge(scale: 1, flips: false).Distances.Calibrated);

    [Theory]
    [InlineData(0.6, CoverageFault.OverConfident)]
    [InlineData(1.7, CoverageFault.UnderConfident)]
    public void AWrongWidthIsFound(double scale, CoverageFault fault) => Assert.Equal(fault, Judge(scale, flips: false).Distances.Coverage);

    /// <summary>With the correlation's sign turned each parameter for itself is right: ranks see nothing, distances do.</summary>
    [Fact]
    public void AWrongCorrelationIsFoundByDistancesOnly()
    {
        var (distances, ranks) = Judge(scale: 1, flips: true);
        Assert.False(distances.Calibrated);
        Assert.All(ranks, verdict => Assert.True(verdict.Calibrated, verdict.ToString()));
    }

    /// <summary>Beside distances that are computed pair by pair.</summary>
    [Fact]
    public void RanksCountTheSamplesThatAreNearer()
    {
        using var random = NamedSeed.Stream(1, "test");
        var (truths, samples) = (random.Normal([3, 2], float64), random.Normal([3, 500, 2], float64));
        var ranks = RandomPoints.Of(truths, 4).Ranks(0, truths, samples);
        var deviation = truths.std([0], unbiased: false);
        for (var pair = 0; pair < 3; pair++)
        {
            double[] near = [.. Enumerable.Range(0, 3).Where(other => other != pair).Select(other =>
            {
                double Far(Tensor point) => ((point - truths[other]) / deviation).square().sum().item<double>();
                return Enumerable.Range(0, 500).Count(l => Far(samples[pair, l]) < Far(truths[pair])) / 501.0;
            })];
            Assert.Contains(near, share => Math.Abs(share - ranks[pair].item<double>()) <= 1.0 / 501);
        }
    }

    private static (Verdict Distances, Verdict[] Ranks) Judge(double scale, bool flips)
    {
        using var random = NamedSeed.Stream(2, "tarp");
        var theta = random.Normal([Pairs, 2], float64);
        var x = theta.sum([1]) + (Noise * random.Normal([Pairs], float64));

        // Along (1, 1)/√2 the precision is 1 + 2/0.09, across it 1.
        var along = 1 / Math.Sqrt(1 + (2 / (Noise * Noise)));
        var mean = x / (Noise * Noise) / (1 + (2 / (Noise * Noise)));
        var (a, b) = (along * random.Normal([Pairs, Samples], float64), random.Normal([Pairs, Samples], float64));
        var (sum, difference) = flips ? (b, a) : (a, b);
        var draws = mean.unsqueeze(1).unsqueeze(2) + (scale / Math.Sqrt(2) * stack([sum + difference, sum - difference], 2));
        var error = Verdict.ErrorOfEach(3);
        var band = CoverageBand.Of(Pairs, 1 - error);
        Verdict Of(Tensor ranks)
        {
            var numbers = ranks.contiguous().data<double>().ToArray();
            return Verdict.Of(RankStatistics.Of(numbers), ExpectedCoverage.OfCentralIntervals(numbers), band, error);
        }

        var each = RandomizedRank.Of(theta, draws, random.Uniform([Pairs, 2], float64));
        return (Of(RandomPoints.Of(theta, 3).Ranks(0, theta, draws)), [Of(each.select(1, 0)), Of(each.select(1, 1))]);
    }
}
