using FFF.Evaluation.Boltzmann;
using static TorchSharp.torch;

namespace FFF.Evaluations.DataChecks;

/// <summary>What rows are worth in the order of a file, whose neighbours may be alike.</summary>
internal static class RowsInOrder
{
    /// <summary>The probability that independent rows are called alike, over all columns and both tests of each.</summary>
    private const double Level = 1e-3;
    private const int Tests = 2;

    /// <summary>
    /// How many independent rows tell as much: N where no column shows that neighbours are alike, else by the column, of those that show it, that changes
    /// most slowly (<see cref="ChainStatistics"/>). The least estimate over all columns would be too small for rows that are independent.
    /// </summary>
    /// <param name="columns">The numbers of each column, N ≥ 100, in their order.</param>
    public static double EffectiveRows(IReadOnlyList<double[]> columns)
    {
        var level = Level / (Tests * columns.Count);
        return columns.Where(column => NeighbourPValue(column) < level || BatchPValue(column) < level)
            .Select(column => Math.Min(column.Length, ChainStatistics.Of([column]).EffectiveSamples)).Append(columns[0].Length).Min();
    }

    /// <summary>One-sided: r₁ √N is about normal for independent rows, r₁ the autocorrelation of neighbours.</summary>
    internal static double NeighbourPValue(double[] column)
    {
        var centred = ChainStatistics.Centred(column);
        var correlation = centred.Zip(centred.Skip(1), (one, next) => one * next).Sum() / centred.Sum(value => value * value);
        return double.IsNaN(correlation) ? 1 : 0.5 * special.erfc(tensor(correlation * Math.Sqrt(column.Length / 2.0), float64)).item<double>();
    }

    /// <summary>
    /// One-sided, of what changes too slowly to be seen in neighbours: for a batches of b = ⌊√N⌋ rows, b Σ (batch mean − mean)² / s² is χ² distributed with
    /// a − 1 degrees of freedom for independent rows.
    /// </summary>
    internal static double BatchPValue(double[] column)
    {
        var size = (int)Math.Sqrt(column.Length);
        var centred = ChainStatistics.Centred(column[..(column.Length / size * size)]);
        double[] means = [.. centred.Chunk(size).Select(batch => batch.Average())];
        var statistic = size * means.Sum(mean => mean * mean) / centred.Average(value => value * value);
        return double.IsNaN(statistic) ? 1
            : special.gammaincc(tensor((means.Length - 1) / 2.0, float64), tensor(statistic / 2, float64)).item<double>();
    }
}
