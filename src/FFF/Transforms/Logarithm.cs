using FFF.Graphs;
using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>
/// y = ln x, for positive numbers: no x that is made of a y can be negative, and heavy tails become light ones.
/// log|det ∂y/∂x| = −Σᵢ ln xᵢ.
/// </summary>
public sealed record Logarithm : ITransform, IGraphTransform
{
    /// <inheritdoc/>
    public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var y = x.log();
        return (y.MoveToOuterDisposeScope(), (-y.sum(-1)).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        return (y.exp().MoveToOuterDisposeScope(), (-y.sum(-1)).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition)
    {
        var y = x.Log();
        return new(y, -y.Sum(-1));
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition) => new(y.Exp(), -y.Sum(-1));
}
