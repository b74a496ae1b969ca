using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>
/// A bijection y = T(x; c) of rows whose determinant is known. Densities transform by log p_x(x) = log p_y(y) + log|det ∂y/∂x|. What a density of x does not
/// depend on, such as how a molecule is turned, y may leave out.
/// </summary>
/// <remarks>What is returned belongs to the caller; both ways are differentiable.</remarks>
public interface ITransform
{
    /// <summary>y = T(x; c), [B, D] or fewer columns, and log|det ∂y/∂x|, [B] or a scalar that is the same for all rows.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">c, [B, C] or null.</param>
    (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null);

    /// <summary>The x that becomes y, [B, D], and log|det ∂y/∂x| there, [B] or a scalar.</summary>
    /// <param name="y">[B, D].</param>
    /// <param name="condition">c, [B, C] or null.</param>
    (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null);
}
