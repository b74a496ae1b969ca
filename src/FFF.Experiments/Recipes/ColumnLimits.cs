using System.Globalization;
using FFF.Datasets.Table;
using FFF.Evaluation.Calibration;

namespace FFF.Recipes;

/// <summary>The bounds that the numbers of a column show by themselves, as those of a prior that is a box.</summary>
/// <remarks>
/// Beside a bound where the density does not vanish, the k numbers nearest to it and the k next ones are as wide apart; in a tail that thins out, the nearest
/// ones are far wider apart. With v₁ ≤ v₂ ≤ ... counted from that end,
/// <code>
/// r = (v_2k − v_k) / (v_k − v_1):   1 ± √(2/k) beside such a bound,   about ln 2 / ln k in the tail of a normal density
/// </code>
/// by Rényi's representation of order statistics (1953). The bound itself lies about one mean distance g beyond the outermost number, farther than 10 g in
/// e⁻¹⁰ of all cases: the roundest number within these 10 g is taken, since people choose round bounds, and one that is a little too wide costs little.
/// </remarks>
internal static class ColumnLimits
{
    /// <summary>Rows that are looked at, but for the outermost numbers, which are those of all.</summary>
    public const int MaxRows = 100_000;

    private const int FewestRows = 500;
    private const int FewestNearest = 50;
    private const int NearestOf = 100;
    private const double SmallestRatio = 0.5;
    private const double MostGaps = 10;
    private const double SmallestP = 1e-3;
    private const double SmallestFactor = 10;
    private const double SmallestSkewness = 0.5;
    private const int Digits = 12;

    /// <summary>The bounds, and whether all numbers, or all factors, between them are as likely; null where the numbers show none.</summary>
    /// <param name="values">Numbers of the column, in any order.</param>
    /// <param name="least">The smallest of all rows.</param>
    /// <param name="greatest">The largest of all rows.</param>
    public static ColumnPrior? Of(IReadOnlyList<double> values, double least, double greatest)
    {
        if (values.Count < FewestRows || !double.IsFinite(greatest - least))
        {
            return null;
        }

        double[] sorted = [.. values.Order()];
        double[] fromAbove = [.. sorted.Select(value => -value).Order()];
        var (low, high) = (Bound(sorted, least), -Bound(fromAbove, -greatest));
        return (low, high) switch
        {
            ({ } from, { } to) => Box(sorted, from, to),
            ({ } from, null) => new() { Above = Beyond(from, least) },
            (null, { } to) => new() { Below = -Beyond(-to, -greatest) },
            _ => least > 0 && IsLikeALogarithm(sorted) ? new() { Above = 0 } : null,
        };
    }

    private static ColumnPrior Box(double[] sorted, double low, double high)
    {
        double[] box = [low, high];
        return IsUniform(sorted, value => (value - low) / (high - low)) ? new() { Uniform = box }
            : low > 0 && high / low > SmallestFactor && IsUniform(sorted, value => Math.Log(value / low) / Math.Log(high / low)) ? new() { LogUniform = box }
            : new() { Bounds = box };
    }

    private static bool IsUniform(double[] sorted, Func<double, double> share) => KolmogorovSmirnovTest.Of([.. sorted.Select(share)]).PValue > SmallestP;

    /// <summary>The lower bound; null where there is none. That of negated numbers is the negated upper one.</summary>
    private static double? Bound(double[] sorted, double least)
    {
        var nearest = Math.Max(FewestNearest, sorted.Length / NearestOf);
        var near = sorted[nearest - 1] - sorted[0];

        // Numbers of few digits, and such as were cut off at the bound, are no sign of a density.
        if (near <= 0 || sorted.Take(2 * nearest).Distinct().Count() < nearest)
        {
            return null;
        }

        return (sorted[(2 * nearest) - 1] - sorted[nearest - 1]) / near > SmallestRatio
            ? Roundest(least - (MostGaps * near / (nearest - 1)), least)
            : null;
    }

    /// <summary>A single bound, on which no number may lie.</summary>
    private static double Beyond(double bound, double least) => bound < least ? bound : Math.BitDecrement(least);

    /// <summary>The number of an interval with the fewest digits, where halves count as rounder than tenths; the upper of two.</summary>
    internal static double Roundest(double low, double high)
    {
        var largest = Math.Max(Math.Abs(low), Math.Abs(high));
        if (low <= 0 && high >= 0)
        {
            return 0;
        }

        for (var power = (int)Math.Floor(Math.Log10(largest)) + 1; power > -300; power--)
        {
            foreach (var step in (double[])[Math.Pow(10, power), Math.Pow(10, power) / 2])
            {
                if (Rounded(Math.Floor(high / step) * step) is var number && number >= low && number <= high)
                {
                    return number;
                }
            }
        }

        return high;
    }

    private static double Rounded(double number) =>
        double.Parse(number.ToString($"G{Digits}", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Whether positive numbers are skewed, and their logarithms are not: amounts, rates and prices, rather than temperatures in kelvin.</summary>
    private static bool IsLikeALogarithm(double[] sorted) =>
        Skewness(sorted) is > SmallestSkewness and var skewness && Math.Abs(Skewness([.. sorted.Select(value => Math.Log(value))])) < skewness / 2;

    private static double Skewness(double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return deviation > 0 ? values.Average(value => Math.Pow((value - mean) / deviation, 3)) : 0;
    }
}
