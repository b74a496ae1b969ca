using FFF.Paper;
using Xunit;

namespace FFF.Tests.Paper;

/// <summary>The paper's Figure 5, against sums over a grid and over draws, which know nothing of quantiles and entropies.</summary>
public sealed class PartitionTests
{
    private const double Step = 1e-3;
    private static readonly ModesOnLine Uneven = new([-2.5, 0.5, 3], 0.4, [0.2, 0.5, 0.3]);

    [Fact]
    public void ThreeModesHaveFivePartitions() => Assert.Equal(["{1, 2, 3}", "{1, 2} {3}", "{1, 3} {2}", "{1} {2, 3}", "{1} {2} {3}"],
        Partition.All(PartitionFigure.Modes).Select(one => one.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void TheLikelihoodIsThatOfTheEncodersSlope()
    {
        foreach (var solution in Partition.All(Uneven))
        {
            // −∫ p(x) (log φ(f(x)) + log|f'(x)|) dx, f' by central differences, without the points whose neighbours lie in other regions.
            double[] x = [.. Enumerable.Range(0, 9001).Select(i => -4.5 + (i * Step))];
            var z = solution.Encode(x);
            var (sum, mass) = (0.0, 0.0);
            for (var i = 1; i < x.Length - 1; i++)
            {
                var slope = Math.Abs(z[i + 1] - z[i - 1]) / (2 * Step);
                if (Uneven.Nearest(x[i - 1]) == Uneven.Nearest(x[i + 1]) && double.IsFinite(slope) && slope > 0)
                {
                    var weight = Uneven.Density(x[i]) * Step;
                    (sum, mass) = (sum + (weight * ((0.5 * z[i] * z[i]) + (0.5 * Math.Log(2 * Math.PI)) - Math.Log(slope))), mass + weight);
                }
            }

            Assert.Equal(1, mass, 2e-3);
            Assert.Equal(sum / mass, solution.NegativeLogLikelihood, 5e-3);
        }
    }

    [Fact]
    public void TheReconstructionIsThatOfTheBestDecoder()
    {
        foreach (var solution in Partition.All(Uneven))
        {
            // The spread of the data among those that share a code, the codes cut into narrow bins.
            double[] x = [.. Enumerable.Range(0, 9001).Select(i => -4.5 + (i * Step))];
            var z = solution.Encode(x);
            var error = x.Zip(z, (at, code) => (X: at, Weight: Uneven.Density(at) * Step, Bin: Math.Floor(code / 0.01)))
                .GroupBy(point => point.Bin)
                .Sum(bin =>
                {
                    var weight = bin.Sum(point => point.Weight);
                    var mean = bin.Sum(point => point.Weight * point.X) / weight;
                    return bin.Sum(point => point.Weight * (point.X - mean) * (point.X - mean));
                });
            Assert.Equal(error, solution.Reconstruction, 0.02);
        }
    }

    [Fact]
    public void TheDecoderGivesWhatTheGroupsHaveOnAverage()
    {
        var invertible = Partition.All(Uneven).Single(one => one.IsInvertible);
        double[] x = [-2.7, 0.1, 0.9, 3.2];
        Assert.All(x.Zip(invertible.Decode(invertible.Encode(x))), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal(0, invertible.Reconstruction, 1e-12);
        Assert.Equal(Uneven.Entropy, invertible.NegativeLogLikelihood, 1e-12);
    }

    [Fact]
    public void ALargerBetaPrefersTheInvertibleEncoder()
    {
        var solutions = Partition.All(PartitionFigure.Modes);
        var winners = PartitionFigure.Winners(solutions);
        Assert.Equal(["{1} {2} {3}", "{1, 3} {2}", "{1, 2, 3}"], winners.Select(winner => winner.Best.Name));
        Assert.Equal(Math.Log(3), winners[^1].Best.NegativeLogLikelihood - winners[0].Best.NegativeLogLikelihood, 1e-6);
        foreach (var beta in Enumerable.Range(0, 100).Select(i => i * 0.01))
        {
            Assert.Equal(solutions.Min(one => one.LossAt(beta)), winners.Last(winner => winner.From <= beta).Best.LossAt(beta), 1e-12);
        }
    }
}
