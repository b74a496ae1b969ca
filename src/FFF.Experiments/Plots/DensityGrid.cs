namespace FFF.Plots;

/// <summary>The density of points in the plane on a grid of cells, and the levels of its contours.</summary>
/// <param name="X">The range of the columns.</param>
/// <param name="Y">The range of the rows.</param>
/// <param name="Mass">The share of the points in each cell, [row, column], smoothed; row 0 lies at the lower end of Y.</param>
internal sealed record DensityGrid(AxisRange X, AxisRange Y, double[,] Mass)
{
    /// <summary>Cells in either direction.</summary>
    public const int Cells = 64;

    // In cells: less leaves the noise of counts, more hides structure that the counts show.
    private const double MinBandwidth = 1;
    private const double MaxBandwidth = 2.5;
    private const double KernelReach = 3;

    /// <summary>
    /// Counts points and smooths the counts by a Gaussian with Scott's bandwidth, std · N^(−1/6), kept between 1 and 2.5
    /// cells. Mass that leaves the grid is lost.
    /// </summary>
    /// <param name="x">The points' columns.</param>
    /// <param name="y">The points' rows.</param>
    /// <param name="rangeX">What the columns cover.</param>
    /// <param name="rangeY">What the rows cover.</param>
    /// <param name="weights">Of the points, with sum 1; all the same if left out.</param>
    /// <param name="wraps">Whether the ends of the columns, and of the rows, are one, as those of a turn: no mass leaves the grid there.</param>
    public static DensityGrid Of(IReadOnlyList<double> x, IReadOnlyList<double> y, AxisRange rangeX, AxisRange rangeY, IReadOnlyList<double>? weights = null,
        (bool X, bool Y) wraps = default)
    {
        var mass = new double[Cells, Cells];
        for (var i = 0; i < x.Count; i++)
        {
            if (rangeX.Contains(x[i]) && rangeY.Contains(y[i]))
            {
                mass[Histogram.Bin(y[i], rangeY, Cells), Histogram.Bin(x[i], rangeX, Cells)] += weights?[i] ?? 1.0 / x.Count;
            }
        }

        var smoothed = SmoothRows(mass, Bandwidth(x, rangeX), wraps.X);
        return new(rangeX, rangeY, Transposed(SmoothRows(Transposed(smoothed), Bandwidth(y, rangeY), wraps.Y)));
    }

    /// <summary>The height above which the highest cells hold this share of the grid's mass.</summary>
    public double Level(double share)
    {
        double[] descending = [.. Mass.Cast<double>().OrderDescending()];
        var wanted = share * descending.Sum();
        var held = 0.0;
        foreach (var height in descending)
        {
            held += height;
            if (held >= wanted)
            {
                return height;
            }
        }

        return descending[^1];
    }

    private static double Bandwidth(IReadOnlyList<double> values, AxisRange range)
    {
        var mean = values.Average();
        var std = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return Math.Clamp(std * Math.Pow(values.Count, -1.0 / 6) / range.Span * Cells, MinBandwidth, MaxBandwidth);
    }

    private static double[,] SmoothRows(double[,] values, double bandwidth, bool wraps)
    {
        var reach = (int)Math.Ceiling(KernelReach * bandwidth);
        double[] kernel = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(d => Math.Exp(-0.5 * d * d / (bandwidth * bandwidth)))];
        var total = kernel.Sum();
        var smoothed = new double[Cells, Cells];
        for (var row = 0; row < Cells; row++)
        {
            for (var column = 0; column < Cells; column++)
            {
                var (first, last) = wraps ? (-reach, reach) : (Math.Max(-reach, -column), Math.Min(reach, Cells - 1 - column));
                for (var d = first; d <= last; d++)
                {
                    smoothed[row, column] += kernel[d + reach] / total * values[row, (column + d + Cells) % Cells];
                }
            }
        }

        return smoothed;
    }

    private static double[,] Transposed(double[,] values)
    {
        var transposed = new double[Cells, Cells];
        for (var row = 0; row < Cells; row++)
        {
            for (var column = 0; column < Cells; column++)
            {
                transposed[column, row] = values[row, column];
            }
        }

        return transposed;
    }
}
