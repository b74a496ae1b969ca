using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>Columns that are P quantities, seen several times one after the other: what is known of each is that of all of its columns together.</summary>
/// <param name="Columns">C, a multiple of P.</param>
/// <param name="Period">P.</param>
internal sealed record AlikeColumns(int Columns, int Period)
{
    /// <summary>All sights of the quantities as rows of their own: [N, C] to [N · C / P, P].</summary>
    public Tensor Pooled(Tensor rows) => rows.reshape(-1, Period);

    /// <summary>The moments of the quantities, from those of all columns.</summary>
    public ColumnMoments Pooled(ColumnMoments moments) => Enumerable.Range(0, Columns / Period)
        .Select(sight => new Range(sight * Period, (sight + 1) * Period))
        .Select(part => new ColumnMoments(moments.Rows, moments.Mean[part], moments.Std[part], moments.Least[part], moments.Greatest[part]))
        .Aggregate((all, more) => all.With(more));

    /// <summary>The quantities' moments behind a transform of theirs, from those that all columns have behind it.</summary>
    public Func<ITransform?, ColumnMoments> Pooled(Func<ITransform?, ColumnMoments> momentsAfter) =>
        before => Pooled(momentsAfter(before is null ? null : Of(before)));

    /// <summary>A transform of the quantities on all columns.</summary>
    private EachSight Of(ITransform quantities) => new EachSight(quantities, Period);

    /// <summary>The scaling of the quantities on all columns; its tensors are new.</summary>
    public RowScaling Of(RowScaling quantities)
    {
        var sights = Columns / Period;
        var maps = quantities.Maps is { } of ? new ColumnMaps([.. Enumerable.Repeat(of.Columns, sights).SelectMany(columns => columns)]) : null;
        return new(maps, new(quantities.Standardizer.Mean.repeat(sights), quantities.Standardizer.Std.repeat(sights)));
    }

    private sealed record EachSight(ITransform Quantities, int Period) : ITransform
    {
        public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null) => Each(x, Quantities.Forward(x.reshape(-1, Period)));

        public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null) => Each(y, Quantities.Inverse(y.reshape(-1, Period)));

        private static (Tensor Value, Tensor LogDet) Each(Tensor rows, (Tensor Value, Tensor LogDet) moved)
        {
            var sights = moved.Value.shape[0] / Math.Max(1, rows.shape[0]);
            return (moved.Value.reshape(rows.shape), moved.LogDet.expand(moved.Value.shape[0]).reshape(rows.shape[0], sights).sum([1]));
        }
    }
}
