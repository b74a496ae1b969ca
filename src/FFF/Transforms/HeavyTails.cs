using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>
/// Columns most of whose values lie so close together, beside a few far out, that division by the standard deviation makes them almost the same: a network
/// sees nothing of such a column.
/// </summary>
internal static class HeavyTails
{
    /// <summary>Rows that are looked at.</summary>
    public const int MaxRows = 10_000;

    /// <summary>So many times the deviation of the middle half may be the standard deviation: 1 of normal numbers, 20 of exp(2 z).</summary>
    public const double MostRatio = 10;

    private const int FewestRows = 20;
    private const int MaxKnots = 128;

    // What the interquartile range, and the middle nine tenths, of normal numbers are in standard deviations.
    private const double Quartiles = 1.349;
    private const double Tenths = 3.29;

    /// <summary>
    /// The median, and the deviation that the middle half of the values has, or where that is 0 the middle nine tenths; 0 where both are.
    /// </summary>
    /// <param name="column">[N], float64.</param>
    public static (double Median, double Spread) Middle(Tensor column)
    {
        using var scope = NewDisposeScope();
        var q = column.quantile(tensor(new[] { 0.05, 0.25, 0.5, 0.75, 0.95 })).data<double>().ToArray();
        return (q[2], q[3] > q[1] ? (q[3] - q[1]) / Quartiles : (q[4] - q[0]) / Tenths);
    }

    /// <summary>
    /// How many times as large the standard deviation is as that of the middle; 1 where the middle is a single value, or the rows are too few.
    /// </summary>
    /// <param name="column">[N], float64.</param>
    public static double Ratio(Tensor column)
    {
        using var scope = NewDisposeScope();
        return column.shape[0] >= FewestRows && Middle(column).Spread is > 0 and var spread
            ? (column / spread).std(unbiased: false).item<double>()
            : 1;
    }

    /// <summary>The logarithm of positive numbers, or that of either sign.</summary>
    /// <param name="column">[N], float64.</param>
    /// <param name="least">The smallest of all rows, those that are not among these included.</param>
    public static ColumnMap Logarithm(Tensor column, double least)
    {
        using var scope = NewDisposeScope();
        if (least > 0)
        {
            return new AboveMap(0);
        }

        var sizes = column.abs();
        var present = sizes.masked_select(sizes > 0);
        return new SignedLogMap(present.numel() == 0 ? 1 : present.median().item<double>());
    }

    /// <summary>The map by ranks.</summary>
    /// <param name="column">[N], float64.</param>
    public static RankMap? Ranks(Tensor column)
    {
        using var scope = NewDisposeScope();
        var sorted = column.sort().Values.data<double>().ToArray();
        var knots = new List<(double X, double Share)>();
        for (var first = 0; first < sorted.Length;)
        {
            var end = first + 1;
            while (end < sorted.Length && sorted[end] == sorted[first])
            {
                end++;
            }

            knots.Add((sorted[first], 0.5 * (first + end) / sorted.Length));
            first = end;
        }

        var kept = knots.Count <= MaxKnots
            ? knots
            : [.. Enumerable.Range(0, MaxKnots).Select(i => knots[(int)((long)i * (knots.Count - 1) / (MaxKnots - 1))])];
        var quantiles = Math.Sqrt(2) * (2 * tensor(kept.Select(knot => knot.Share).ToArray()) - 1).erfinv();
        return kept.Count < 2 ? null : new([.. kept.Select(knot => knot.X)], quantiles.data<double>().ToArray());
    }
}
