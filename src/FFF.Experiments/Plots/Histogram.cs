using FFF.Evaluation.Boltzmann;

namespace FFF.Plots;

/// <summary>A histogram as a density: n_k / (N · width), whose area is the share of the values inside the range.</summary>
/// <param name="Range">The range that the bins divide evenly.</param>
/// <param name="Density">The density in each bin.</param>
internal sealed record Histogram(AxisRange Range, double[] Density)
{
    private const int MinBins = 10;
    private const int MaxBins = 60;

    /// <summary>How many bins suit n values: 2·n^(1/3) (Rice's rule), from 10 to 60.</summary>
    public static int BinCount(long n) => (int)Math.Clamp(Math.Round(2 * Math.Cbrt(n)), MinBins, MaxBins);

    /// <summary>Counts values; those outside the range count in N only.</summary>
    public static Histogram Of(IReadOnlyList<double> values, AxisRange range, int bins)
    {
        var density = new double[bins];
        foreach (var value in values.Where(range.Contains))
        {
            density[Bin(value, range, bins)] += bins / (values.Count * range.Span);
        }

        return new(range, density);
    }

    /// <summary>The histogram of weighted values; the weight outside the range is missing from its area.</summary>
    public static Histogram Of(EmpiricalDistribution distribution, AxisRange range, int bins)
    {
        var density = new double[bins];
        foreach (var (value, weight) in distribution.Values.Zip(distribution.Weights).Where(pair => range.Contains(pair.First)))
        {
            density[Bin(value, range, bins)] += weight * bins / range.Span;
        }

        return new(range, density);
    }

    /// <summary>The bin of a value inside the range; the upper end belongs to the last bin.</summary>
    public static int Bin(double value, AxisRange range, int bins) => Math.Min((int)((value - range.Low) / range.Span * bins), bins - 1);

    /// <summary>The outline from zero over the bins back to zero, two points per bin and one at either end.</summary>
    public (double[] X, double[] Y) Outline()
    {
        double Edge(int k) => Range.Low + (k * Range.Span / Density.Length);
        var (x, y) = (new List<double> { Range.Low }, new List<double> { 0 });
        for (var k = 0; k < Density.Length; k++)
        {
            x.AddRange([Edge(k), Edge(k + 1)]);
            y.AddRange([Density[k], Density[k]]);
        }

        return ([.. x, Range.High], [.. y, 0]);
    }
}
