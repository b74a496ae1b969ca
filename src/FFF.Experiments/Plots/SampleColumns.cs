using static TorchSharp.torch;

namespace FFF.Plots;

/// <summary>Samples as a picture needs them: the first dimensions, column by column, without rows that are not finite.</summary>
/// <param name="Columns">The values of each dimension that is drawn.</param>
/// <param name="NotFinite">How many samples were left out.</param>
internal sealed record SampleColumns(double[][] Columns, long NotFinite)
{
    /// <summary>How many samples are left.</summary>
    public int Count => Columns[0].Length;

    /// <summary>Takes the first dimensions of samples, [N, D], N may be 0.</summary>
    public static SampleColumns Of(Tensor samples, int dimensions)
    {
        using var scope = NewDisposeScope();
        var values = samples.detach().narrow(1, 0, dimensions).to(float64).cpu();
        var finite = values.index_select(0, values.isfinite().all(1).nonzero().squeeze(1));
        return new(
            [.. Enumerable.Range(0, dimensions).Select(d => finite.select(1, d).contiguous().data<double>().ToArray())],
            samples.shape[0] - finite.shape[0]);
    }

    /// <summary>How many samples there are, and how many of them a picture of these ranges does not show.</summary>
    public string Describe(IReadOnlyList<AxisRange> ranges)
    {
        var outside = Enumerable.Range(0, Count).Count(i => !Columns.Zip(ranges).All(c => c.Second.Contains(c.First[i])));
        return FormattableString.Invariant($"{Count:N0} samples")
            + (outside == 0 ? "" : FormattableString.Invariant($", {outside:N0} outside"))
            + (NotFinite == 0 ? "" : FormattableString.Invariant($", {NotFinite:N0} not finite"));
    }

    /// <summary>The first of these samples only, where there are more than a scatter plot can show.</summary>
    public SampleColumns First(int most) => Count <= most ? this : this with { Columns = [.. Columns.Select(column => column[..most])] };
}
