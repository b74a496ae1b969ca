using FFF.Graphs;
using FFF.Transforms;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FFF.Flows.Splines;

/// <summary>
/// y = W x + b with W = L U, L lower triangular with ones on its diagonal and U upper triangular with a positive one:
/// log|det W| = Σ_i log U_ii. It starts as the identity.
/// </summary>
/// <remarks>Oliva et al., "Transformation Autoregressive Networks", ICML 2018; the linear layer of neural spline flows.</remarks>
internal sealed class LuLinear : nn.Module, ITransform, IGraphTransform
{
    /// <summary>The least entry of U's diagonal.</summary>
    private const double Least = 1e-3;

#pragma warning disable IDE1006 // TorchSharp names parameters by their fields, and replaces them there when the module moves.
    private readonly Parameter lower;
    private readonly Parameter upper;
    private readonly Parameter diagonal;
    private readonly Parameter bias;
#pragma warning restore IDE1006

    /// <summary>The identity.</summary>
    /// <param name="dimension">D.</param>
    public LuLinear(int dimension)
        : base(nameof(LuLinear))
    {
        lower = new Parameter(zeros(dimension, dimension));
        upper = new Parameter(zeros(dimension, dimension));
        diagonal = new Parameter(zeros(dimension));
        bias = new Parameter(zeros(dimension));
        RegisterComponents();
    }

    /// <summary>y, [B, D], and log|det W|, a scalar.</summary>
    /// <inheritdoc/>
    public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var (l, u, logDet) = Factors();
        return (nn.functional.linear(x, mm(l, u), bias).MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
    }

    /// <summary>The x that becomes y, [B, D], and log|det W|, a scalar.</summary>
    /// <inheritdoc/>
    public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var (l, u, logDet) = Factors();

        // In rows, y − b = x Uᵀ Lᵀ.
        var xu = linalg.solve_triangular(l.t(), y - bias, upper: true, left: false, unitriangular: true);
        var x = linalg.solve_triangular(u.t(), xu, upper: false, left: false);
        return (x.MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
    }

    private (Tensor L, Tensor U, Tensor LogDet) Factors()
    {
        var positive = Positive.From(diagonal, Least);
        var identity = eye(diagonal.shape[0], dtype: diagonal.dtype, device: diagonal.device);
        return (lower.tril(-1) + identity, upper.triu(1) + positive.diag(), positive.log().sum());
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (l, u, logDet) = Factors();
        return new(x.MatMul(x.Graph.Constant(mm(l, u).t(), x.Kind)) + x.Graph.Constant(bias, x.Kind), x.Of(logDet.item<float>()));
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (l, u, logDet) = Factors();
        var inverse = linalg.inv(mm(l.to(float64), u.to(float64)).t());
        return new((y - y.Graph.Constant(bias, y.Kind)).MatMul(y.Graph.Constant(inverse, y.Kind)), y.Of(logDet.item<float>()));
    }
}
