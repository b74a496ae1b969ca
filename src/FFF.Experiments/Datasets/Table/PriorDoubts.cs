using FFF.Evaluation.Calibration;
using FFF.Options;
using FFF.Spaces;
using static FFF.Formats.NumberText;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>
/// Parameters that were plainly not drawn from the prior that is given of them: posteriors are learnt under the distribution that the rows have, whatever
/// a configuration says.
/// </summary>
/// <remarks>
/// By the one-sample test of Kolmogorov and Smirnov of F(θ), which is uniform where θ was drawn from the density with the distribution function F. N is how
/// many values differ: rows that repeat a parameter, such as several simulations of each, tell of it once. So many rows show a prior that is off by
/// 0.027 in its distribution function, and few ones only what is plain.
/// </remarks>
internal static class PriorDoubts
{
    /// <summary>More rows would blame what does no harm, such as a prior of rounded numbers.</summary>
    private const int MaxRows = 10_000;
    private const int FewestRows = 20;
    private const double SmallestP = 1e-6;

    /// <summary>A sentence for each such parameter.</summary>
    /// <param name="priors">The priors, by names or patterns of columns; those that are bounds alone say nothing of what was drawn between them.</param>
    /// <param name="source">All rows, with the names of their columns.</param>
    public static IEnumerable<string> Of(IReadOnlyList<Keyed<ColumnPrior>> priors, DataSource source)
    {
        var drawn = Math.Min(source.RowsOfPrior ?? source.Rows.Count, source.Rows.Count);
        (int Column, ColumnPrior Prior)[] densities =
        [
            .. ColumnPattern.Each(priors, new(source.Name, source.Columns, AreNamed: true), "prior").Where(column => column.Value.IsDensity),
        ];
        if (densities.Length == 0 || drawn < FewestRows)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var rows = Spread(source.Rows, drawn);
        var doubts = new List<string>();
        foreach (var (column, prior) in densities)
        {
            var values = rows.select(1, column);
            var test = Test(prior, values);
            if (test.PValue < SmallestP)
            {
                var (mean, deviation) = (Number(values.mean().item<double>()), Number(values.std(unbiased: false).item<double>()));
                var (least, greatest) = (Number(values.min().item<double>()), Number(values.max().item<double>()));
                doubts.Add($"{source.Name}: the prior of '{source.Columns[column]}' is {prior.Words()}, but its numbers were not drawn from that: their "
                    + $"mean is {mean}, their deviation {deviation}, and they lie from {least} to {greatest} (Kolmogorov-Smirnov distance "
                    + $"{Number(test.Statistic, 2)}, p below {Number(SmallestP)}). Posteriors will be those under the numbers' own distribution. Give the "
                    + "prior that they were drawn from, or bounds where it is not known; only where rows are missing because their simulation failed is this "
                    + "as it should be.");
            }
        }

        return doubts;
    }

    /// <summary>The test of values, [N], of which each counts once.</summary>
    internal static KolmogorovSmirnovTest Test(ColumnPrior prior, Tensor values)
    {
        using var scope = NewDisposeScope();
        var statistic = KolmogorovSmirnovTest.Of(Numbers(prior.Distribution(values))).Statistic;
        return new(statistic, KolmogorovSmirnovTest.PValueOf(statistic, Numbers(values).Distinct().LongCount()));
    }

    /// <summary>Rows from everywhere among the first so many, as files may be in some order, [n, D], float64.</summary>
    private static Tensor Spread(IRows rows, long among)
    {
        var count = Math.Min(among, MaxRows);
        long[] places = [.. Enumerable.Range(0, (int)count).Select(i => i * among / count)];
        return rows.Select(tensor(places)).Data.to(float64);
    }

    private static double[] Numbers(Tensor column) => column.cpu().contiguous().data<double>().ToArray();
}
