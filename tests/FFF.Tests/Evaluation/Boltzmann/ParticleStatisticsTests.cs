using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using FFF.Randomness;
using FFF.Spaces;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation.Boltzmann;

public sealed class ParticleStatisticsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>σ² (1/E + 1/n − 1/M) over σ²/n; chains that avoid their own past, E > M, are taken for independent.</summary>
    [Theory]
    [InlineData(50, 100, 1000, 1.2041594578792296)]
    [InlineData(1000, 100, 1000, 3.1622776601683795)]
    [InlineData(50, 200, 100, 1)]
    public void ErrorsGrowByTheCorrelationOfChains(long count, double effective, long draws, double expected) =>
        Assert.Equal(expected, new ChainCorrelation(effective, draws).Inflation(count), 1e-12);

    [Fact]
    public void TheDistancesOfATriangleAndOfRandomParticles()
    {
        var shape = new MeanFreePositions(3, 2);
        Assert.Equal(3, PairDistances.Count(shape));
        Assert.Equal([3, 4, 5], PairDistances.Of(tensor(new[] { 0.0, 0, 3, 0, 0, 4 }).unsqueeze(0), shape));

        // In several chunks, pair by pair.
        var large = new MeanFreePositions(55, 3);
        var x = new RandomStream(1).Normal([1000, 165], float64);
        var distances = PairDistances.Of(x, large);
        Assert.Equal(1000 * 1485, distances.Length);
        var values = x.data<double>().ToArray();
        foreach (var system in new[] { 0, 500, 999 })
        {
            var k = system * 1485;
            for (var i = 0; i < 55; i++)
            {
                for (var j = i + 1; j < 55; j++, k++)
                {
                    Assert.Equal(
                        Math.Sqrt(Enumerable.Range(0, 3).Sum(a => Math.Pow(values[(system * 165) + (3 * i) + a] - values[(system * 165) + (3 * j) + a], 2))),
                        distances[k], 1e-12);
                }
            }
        }
    }

    /// <summary>The published 1.64 of DW4 is 7.16 less 5.51.</summary>
    [Fact]
    public void TheConventionsDifferByTheConstant()
    {
        Assert.Equal(5.5136312, SubspaceNll.Constant(6), 1e-7);
        var nll = SubspaceNll.Of([-7, -8, -9], 6);
        Assert.Equal(8, nll.Normalized);
        Assert.Equal(SubspaceNll.Constant(6), nll.Normalized - nll.WithoutConstant, 1e-12);
        Assert.Equal(Math.Sqrt(1.0 / 3), nll.StandardError, 1e-12);
    }

    [Fact]
    public void EstimatesAddAndSubtractWithTheirErrors()
    {
        var (a, b) = (new MeanEstimate(5, 0.3), new MeanEstimate(2, 0.4));
        Assert.Equal((7.0, 0.5), ((a + b).Value, Math.Round((a + b).StandardError, 12)));
        Assert.Equal((3.0, 0.5), ((a - b).Value, Math.Round((a - b).StandardError, 12)));
    }

    [Fact]
    public void ThePairsFreeEnergyIsThatOfTheirShares()
    {
        // Of two pairs each: both, one and none beyond 4.
        double[] distances = [5, 6, 1, 5, 3, 2, 2, 3];
        var all = PairFreeEnergy.Of(distances, 2, 4)!;
        Assert.Equal(-Math.Log(3.0 / 5), all.Value, 1e-12);

        // The second system alone, and all equally, by weights.
        Assert.Equal(0, PairFreeEnergy.Of(distances, 2, 4, [0, 1, 0, 0])!.Value, 1e-12);
        Assert.Equal(all, PairFreeEnergy.Of(distances, 2, 4, [0.25, 0.25, 0.25, 0.25]));
        Assert.Null(PairFreeEnergy.Of([1, 2], 2, 4));
        Assert.Null(PairFreeEnergy.Of(distances, 2, 4, [1, 0, 0, 0]));
    }

    /// <summary>Of independent pairs, log(p / (1 − p)) varies by 1/√(N p (1 − p)).</summary>
    [Fact]
    public void ThePairsFreeEnergyHasTheErrorOfALogOdds()
    {
        double[] distances = [.. Enumerable.Range(0, 1000).Select(i => i % 5 == 0 ? 5.0 : 3)];
        var estimate = PairFreeEnergy.Of(distances, 1, 4)!;
        Assert.Equal(-Math.Log(0.2 / 0.8), estimate.Value, 1e-12);
        Assert.Equal(1 / Math.Sqrt(1000 * 0.2 * 0.8), estimate.StandardError, 1e-12);
    }

    /// <summary>
    /// Three particles in a triangle and one in its middle: its sides are at the top of their potential when they are as long as the barrier is far.
    /// </summary>
    [Fact]
    public void TheBarrierOfTheDoubleWellsIsAMaximum()
    {
        IParticleSystem system = new DoubleWell4();
        double Energy(double side) =>
            system.Energy(tensor(new[] { 0, 0, side, 0, 0.5 * side, Math.Sqrt(0.75) * side, 0.5 * side, Math.Sqrt(0.75) * side / 3 }).unsqueeze(0))
                .item<double>();

        var b = system.PairBarrier!.Value;
        static double Pair(double d) => 0.9 * Math.Pow(d - 4, 4) - 4 * Math.Pow(d - 4, 2);
        double Sides(double side) => Energy(side) - 3 * Pair(side / Math.Sqrt(3));
        Assert.True(Sides(b) > Sides(b - 0.1) && Sides(b) > Sides(b + 0.1));
        Assert.Null(((IParticleSystem)new LennardJones("lj", 3, 1, new())).PairBarrier);
    }
}
