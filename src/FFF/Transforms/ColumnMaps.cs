using FFF.Graphs;
using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>A map for each column: the determinant is the product of their slopes.</summary>
/// <param name="Columns">The map of each column; null where it stays as it is.</param>
internal sealed record ColumnMaps(IReadOnlyList<ColumnMap?> Columns) : ITransform, IGraphTransform
{
    /// <inheritdoc/>
    public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null) => Each(x, (map, column) => map.Forward(column), isInverse: false);

    /// <inheritdoc/>
    public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null) => Each(y, (map, column) => map.Inverse(column), isInverse: true);

    private (Tensor Value, Tensor LogDet) Each(Tensor values, Func<ColumnMap, Tensor, Tensor> apply, bool isInverse)
    {
        using var scope = NewDisposeScope();
        var (columns, logDet) = (new List<Tensor>(), zeros(values.shape[0], dtype: values.dtype, device: values.device));
        foreach (var (column, map) in Columns.Index())
        {
            var given = values.select(1, column);
            var moved = map is null ? given : apply(map, given);
            columns.Add(moved);
            logDet = map is null ? logDet : logDet + map.LogSlope(isInverse ? given : moved);
        }

        return (stack(columns, 1).MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition)
    {
        var moved = Each(x, (map, column) => map.Forward(column));
        var inside = Columns.Index().Select(column => column.Item?.Inside(x.Slice(-1, column.Index, 1))?.Squeeze(-1)).OfType<GraphValue>().ToList();
        return new(moved, LogDet(moved), inside.Count == 0 ? null : inside.Aggregate((a, b) => a.And(b)));
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition) => new(Each(y, (map, column) => map.Inverse(column)), LogDet(y));

    private GraphValue Each(GraphValue values, Func<ColumnMap, GraphValue, GraphValue> apply)
    {
        var columns = Columns.Index().Select(column => (Given: values.Slice(-1, column.Index, 1), Map: column.Item))
            .Select(column => column.Map is null ? column.Given : apply(column.Map, column.Given)).ToArray();
        return columns[0].Append(columns[1..]);
    }

    private GraphValue LogDet(GraphValue moved) => Columns.Index().Where(column => column.Item is not null)
        .Select(column => column.Item!.LogSlope(moved.Slice(-1, column.Index, 1)).Squeeze(-1)).Aggregate(moved.Of(0), (a, b) => a + b);
}
