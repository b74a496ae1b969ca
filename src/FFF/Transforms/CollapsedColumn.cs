using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>A column whose values float32, in which networks compute, cannot tell apart.</summary>
/// <param name="Column">Its number, from 0.</param>
/// <param name="Distinct">How many distinct values it has.</param>
/// <param name="Left">How many of them float32 keeps.</param>
/// <param name="Rows">In how many rows.</param>
internal sealed record CollapsedColumn(int Column, int Distinct, int Left, int Rows)
{
    /// <summary>The rows that are looked at: by chance some of many values fall together, in so many rows of usual densities less than 1 in 100.</summary>
    public const int MaxRows = 10_000;

    private const double KeptShare = 0.9;

    /// <summary>The first such column of data, [N, D].</summary>
    /// <param name="data">In their own units, float64: a value that is far enough out makes others the same as soon as they are centred.</param>
    /// <param name="given">The same as a network is given them, but for the rounding: centred and scaled, float64.</param>
    public static CollapsedColumn? FirstOrNull(Tensor data, Tensor given)
    {
        var rows = (int)Math.Min(data.shape[0], MaxRows);
        var (own, scaled) = (Columns(data, rows), Columns(given.to(float32), rows));
        return Enumerable.Range(0, (int)data.shape[1])
            .Select(column => new CollapsedColumn(
                column, DistinctOf(own.AsSpan(column * rows, rows)), DistinctOf(scaled.AsSpan(column * rows, rows)), rows))
            .FirstOrDefault(column => column.Left < KeptShare * column.Distinct);
    }

    /// <summary>The first rows, column by column.</summary>
    private static double[] Columns(Tensor data, int rows)
    {
        using var scope = NewDisposeScope();
        return data.narrow(0, 0, rows).cpu().to(float64).t().contiguous().data<double>().ToArray();
    }

    private static int DistinctOf(Span<double> values)
    {
        values.Sort();
        var distinct = 1;
        for (var i = 1; i < values.Length; i++)
        {
            distinct += values[i] == values[i - 1] ? 0 : 1;
        }

        return distinct;
    }
}
