using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>A map for each column: the determinant is the product of their slopes.</summary>
/// <param name="Columns">The map of each column; null where it stays as it is.</param>
internal sealed record ColumnMaps(IReadOnlyList<ColumnMap?> Columns) : ITransform
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
}
