using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>A column whose values float32, in which networks compute, cannot tell apart.</summary>
/// <param name="Column">Its number, from 0.</param>
/// <param name="Distinct">How many distinct values it has.</param>
/// <param name="Left">How many of them float32 keeps.</param>
/// <param name="Rows">In how many rows.</param>
internal sealed record CollapsedColumn(int Column, int Distinct, int Left, int Rows)
{
    // By chance some of many values fall together: in 10,000 rows of usual densities less than 1 in 100.
    private const int MaxRows = 10_000;
    private const double KeptShare = 0.9;

    /// <summary>The first such column of data, [N, D], as a network is given them.</summary>
    /// <param name="data">Centred and scaled, float64.</param>
    public static CollapsedColumn? FirstOrNull(Tensor data)
    {
        using var scope = NewDisposeScope();
        var rows = (int)Math.Min(data.shape[0], MaxRows);
        var columns = data.narrow(0, 0, rows).to(float64).t().contiguous().data<double>().ToArray();
        return Enumerable.Range(0, (int)data.shape[1])
            .Select(column => Of(column, columns.AsSpan(column * rows, rows)))
            .OfType<CollapsedColumn>()
            .FirstOrDefault();
    }

    private static CollapsedColumn? Of(int column, Span<double> values)
    {
        values.Sort();
        var (distinct, left) = (1, 1);
        for (var i = 1; i < values.Length; i++)
        {
            distinct += values[i] == values[i - 1] ? 0 : 1;
            left += (float)values[i] == (float)values[i - 1] ? 0 : 1;
        }

        return left < KeptShare * distinct ? new(column, distinct, left, values.Length) : null;
    }
}
