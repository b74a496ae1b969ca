using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>What standardisation has to know of the columns of rows, in float64; of parts of the rows it can be joined.</summary>
/// <param name="Rows">N.</param>
/// <param name="Mean">The mean of each column, D of them.</param>
/// <param name="Std">The (population) standard deviation of each.</param>
/// <param name="Least">The smallest number of each.</param>
/// <param name="Greatest">The largest number of each.</param>
internal sealed record ColumnMoments(long Rows, double[] Mean, double[] Std, double[] Least, double[] Greatest)
{
    /// <summary>Those of rows, [N, D], N ≥ 1.</summary>
    public static ColumnMoments Of(Tensor data)
    {
        using var scope = NewDisposeScope();
        var numbers = data.to(float64);
        var (least, greatest) = (numbers.amin(0), numbers.amax(0));
        var unit = Unit(numbers);

        // The sum of many numbers far from zero is rounded by more than they vary: what is left of the mean is added in a second pass.
        var scaled = numbers / unit;
        var rough = scaled.mean([0]);
        var (std, rest) = std_mean(scaled - rough, [0], unbiased: false);
        var mean = rough + rest;
        return new(data.shape[0], Values(mean * unit), Values(std * unit), Values(least), Values(greatest));
    }

    /// <summary>
    /// The first column that never changes: it has no density and cannot be standardised. By its extremes: rounding can make its computed deviation positive.
    /// </summary>
    public int? Constant => Array.FindIndex(Least.Zip(Greatest).ToArray(), pair => pair.First == pair.Second) is var column and >= 0 ? column : null;

    /// <summary>Those of the rows of both: Chan, Golub and LeVeque 1979.</summary>
    public ColumnMoments With(ColumnMoments other)
    {
        var rows = Rows + other.Rows;
        var (own, others) = ((double)Rows / rows, (double)other.Rows / rows);
        var (mean, std) = (new double[Mean.Length], new double[Mean.Length]);
        double[] least = [.. Least.Zip(other.Least, Math.Min)];
        double[] greatest = [.. Greatest.Zip(other.Greatest, Math.Max)];
        for (var i = 0; i < mean.Length; i++)
        {
            var unit = Unit(Math.Max(Math.Abs(least[i]), Math.Abs(greatest[i])));
            var apart = (other.Mean[i] / unit) - (Mean[i] / unit);
            mean[i] = ((Mean[i] / unit) + (apart * others)) * unit;
            std[i] = Math.Sqrt((Square(Std[i] / unit) * own) + (Square(other.Std[i] / unit) * others) + (apart * apart * own * others)) * unit;
        }

        return new(rows, mean, std, least, greatest);
    }

    private static double Square(double value) => value * value;

    private static double[] Values(Tensor columns) => columns.cpu().data<double>().ToArray();

    /// <summary>
    /// A power of two of about each column's size, [D]: squares of 1e-200 and sums of 1e308 have no place in float64, and dividing by it rounds nothing.
    /// </summary>
    private static Tensor Unit(Tensor data)
    {
        using var largest = data.abs().amax(0).cpu();
        return tensor(largest.data<double>().Select(Unit).ToArray(), device: data.device);
    }

    private static double Unit(double size) => size == 0 ? 1 : Math.ScaleB(1, Math.ILogB(size));
}
