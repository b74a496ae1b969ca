using FFF.Graphs;
using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>Transforms one after the other: their determinants multiply.</summary>
/// <param name="Parts">The transforms, the first one first.</param>
public sealed record Chain(IReadOnlyList<ITransform> Parts) : ITransform, IGraphTransform
{
    /// <inheritdoc/>
    public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null) => Run(Parts, x, (part, value) => part.Forward(value, condition));

    /// <inheritdoc/>
    public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null) => Run(Parts.Reverse(), y, (part, value) => part.Inverse(value, condition));

    private static (Tensor Value, Tensor LogDet) Run(IEnumerable<ITransform> parts, Tensor value, Func<ITransform, Tensor, (Tensor Value, Tensor LogDet)> apply)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(value.shape[0], dtype: value.dtype, device: value.device);
        var moved = value;
        foreach (var part in parts)
        {
            (moved, var logDet) = apply(part, moved);
            sum = sum + logDet;
        }

        return ((ReferenceEquals(moved, value) ? value.alias() : moved).MoveToOuterDisposeScope(), sum.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition) => Run(Parts, x, (part, value) => part.Forward(value, condition));

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition) => Run(Parts.Reverse(), y, (part, value) => part.Inverse(value, condition));

    private static GraphTransformed Run(IEnumerable<ITransform> parts, GraphValue value, Func<IGraphTransform, GraphValue, GraphTransformed> apply) =>
        parts.Aggregate(new GraphTransformed(value, value.Of(0)), (sum, part) =>
        {
            var next = apply(part.AsGraph(), sum.Value);
            var inside = (sum.Inside, next.Inside) switch
            {
                ({ } own, { } others) => own.And(others),
                var (own, others) => own ?? others,
            };
            return new(next.Value, sum.LogDet + next.LogDet, inside);
        });
}
