using FFF.Graphs;
using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>y = x / ℓ, one length for all coordinates, so that rotations and exchanges stay what they are: log|det ∂y/∂x| = −S log ℓ.</summary>
/// <param name="Length">ℓ, in the data's unit.</param>
/// <param name="DensityDimension">S, the dimension of what the density lives on.</param>
public sealed record Dilation(double Length, int DensityDimension) : ITransform, IGraphTransform
{
    /// <inheritdoc/>
    public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null) => (x / Length, LogDet(x));

    /// <inheritdoc/>
    public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null) => (y * Length, LogDet(y));

    private Tensor LogDet(Tensor like) => tensor(-DensityDimension * Math.Log(Length), like.dtype, like.device);

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition) => new(x / Length, x.Of(-DensityDimension * Math.Log(Length)));

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition) => new(Length * y, y.Of(-DensityDimension * Math.Log(Length)));
}
