using FFF.Evaluations.DataChecks;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluations;

/// <summary>What rows are worth in their order: independent ones as many as they are, others fewer.</summary>
public sealed class RowsInOrderTests
{
    private const int Rows = 4_000;

    [Fact]
    public void IndependentRowsAreWorthTheirNumber()
    {
        // The level is 0.1 %: of forty, more than one is alike by chance with a probability below 0.1 %.
        var wrong = Enumerable.Range(0, 40).Count(seed => RowsInOrder.EffectiveRows(Columns(seed, 4, 0)) != Rows);
        Assert.InRange(wrong, 0, 1);

        // A single number far out is no sign of neighbours.
        var columns = Columns(1, 2, 0);
        columns[0][700] = 1e6;
        Assert.Equal(Rows, RowsInOrder.EffectiveRows(columns));
    }

    /// <summary>Of an autoregression with the coefficient φ, N (1 − φ) / (1 + φ).</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.9)]
    public void ChainsAreWorthWhatTheirAutocorrelationLeaves(double coefficient)
    {
        var expected = Rows * (1 - coefficient) / (1 + coefficient);
        var mean = Enumerable.Range(0, 10).Average(seed => RowsInOrder.EffectiveRows(Columns(seed, 1, coefficient)));
        Assert.InRange(mean / expected, 0.85, 1.15);

        // The slowest column counts, whatever stands beside it.
        Assert.Equal(RowsInOrder.EffectiveRows(Columns(3, 1, coefficient)), RowsInOrder.EffectiveRows([.. Columns(3, 1, coefficient), .. Columns(4, 3, 0)]));
    }

    /// <summary>A drift that is a twentieth of the variance changes too slowly for neighbours to show it.</summary>
    [Fact]
    public void ASlowDriftIsSeenInBatches()
    {
        double[] drifting = [.. Columns(5, 1, 0)[0].Select((value, i) => value + (0.3 * Math.Sin(2 * Math.PI * i / Rows)))];
        Assert.True(RowsInOrder.BatchPValue(drifting) < 1e-6);
        Assert.True(RowsInOrder.EffectiveRows([drifting]) < Rows / 2.0);
    }

    /// <summary>On independent rows both p-values are about uniform: the mean of forty is ½ ± 0.046.</summary>
    [Fact]
    public void PValuesAreUniformOnIndependentRows()
    {
        double Mean(Func<double[], double> p) => Enumerable.Range(0, 40).Average(seed => p(Columns(seed, 1, 0)[0]));
        Assert.InRange(Mean(RowsInOrder.NeighbourPValue), 0.36, 0.64);
        Assert.InRange(Mean(RowsInOrder.BatchPValue), 0.36, 0.64);
    }

    private static double[][] Columns(int seed, int count, double coefficient)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream((ulong)seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var noise = random.Normal([Rows], float64).data<double>().ToArray();
            var last = noise[0];
            return noise.Select(value => last = (coefficient * last) + (Math.Sqrt(1 - (coefficient * coefficient)) * value)).ToArray();
        })];
    }
}
