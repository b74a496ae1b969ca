using FFF.Autodiff;
using FFF.Graphs;
using FFF.Networks;
using FFF.Randomness;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Flows.Splines;

/// <summary>
/// Coupling (Dinh, Krueger and Bengio, 2015): of x = [a, b], a is kept, and every component of b moved by a spline of its
/// own whose parameters are net([a, c]). It starts as the identity.
/// </summary>
/// <remarks>⌊D/2⌋ components are kept, so that in one dimension the spline depends on the condition alone.</remarks>
internal sealed class SplineCoupling : nn.Module, ITransform, IGraphTransform
{
    private readonly Mlp _net;
    private readonly SplineFlowMethod _config;
    private readonly int _kept;
    private readonly int _moved;
    private readonly bool _keepsFirst;

    /// <summary>Draws the initial weights from the generator.</summary>
    /// <param name="config">The splines and the network that gives them.</param>
    /// <param name="dimension">D.</param>
    /// <param name="conditions">C, 0 where there are none.</param>
    /// <param name="keepsFirst">Whether the first components are those that are kept, or else the last.</param>
    /// <param name="random">Draws the initial weights.</param>
    public SplineCoupling(SplineFlowMethod config, int dimension, int conditions, bool keepsFirst, RandomStream random)
        : base(nameof(SplineCoupling))
    {
        (_config, _kept, _moved, _keepsFirst) = (config, dimension / 2, dimension - dimension / 2, keepsFirst);

        // A single component without a condition has a network of nothing: it is given a constant.
        var inputs = Math.Max(1, _kept + conditions);
        var outputs = _moved * RationalQuadraticSpline.ParameterCount(config.Bins);
        _net = new Mlp(inputs, config.Widths, outputs, Activation.Of(config.Activation), zeroOutput: true, random);
        register_module("net", _net);
    }

    /// <summary>y, [B, D], and log|det ∂y/∂x|, [B].</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null) => Move(x, condition, (spline, moved) => spline.Forward(moved));

    /// <summary>The x that becomes y, [B, D], and log|det ∂y/∂x| there, [B].</summary>
    /// <param name="y">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null) => Move(y, condition, (spline, moved) => spline.Inverse(moved));

    private (Tensor Value, Tensor LogDet) Move(Tensor value, Tensor? condition, Func<RationalQuadraticSpline, Tensor, (Tensor Value, Tensor LogDerivative)> map)
    {
        // What the graph needs it keeps itself; the rest is freed here.
        using var scope = NewDisposeScope();
        var kept = value.narrow(-1, _keepsFirst ? 0 : _moved, _kept);
        var parameters = _net.Forward(new Dual(Inputs(kept, condition))).Value.view(value.shape[0], _moved,
            RationalQuadraticSpline.ParameterCount(_config.Bins));
        var spline = new RationalQuadraticSpline(parameters, _config.Bins, _config.TailBound);
        var (moved, logDerivative) = map(spline, value.narrow(-1, _keepsFirst ? _kept : 0, _moved));
        var joined = cat(_keepsFirst ? [kept, moved] : [moved, kept], -1);
        return (joined.MoveToOuterDisposeScope(), logDerivative.sum(-1).MoveToOuterDisposeScope());
    }

    private static Tensor Inputs(Tensor kept, Tensor? condition) => (kept.shape[^1], condition) switch
    {
        (0, null) => ones(kept.shape[0], 1, dtype: kept.dtype, device: kept.device),
        (0, { } c) => c,
        (_, null) => kept,
        (_, { } c) => cat([kept, c], -1),
    };

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition) => Move(x, condition, (spline, moved) => spline.Forward(moved));

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition) => Move(y, condition, (spline, moved) => spline.Inverse(moved));

    private GraphTransformed Move(
        GraphValue value, GraphDual? condition, Func<GraphSpline, GraphValue, (GraphValue Value, GraphValue LogDerivative)> map)
    {
        var kept = _kept == 0 ? null : value.Slice(-1, _keepsFirst ? 0 : _moved, _kept);
        var inputs = kept is null ? condition ?? new(1 + (0 * value), null, 1) : new GraphDual(kept, null, _kept).Append(condition);
        var parameters = _net.Forward(inputs).Value.Reshape(0, _moved, RationalQuadraticSpline.ParameterCount(_config.Bins));
        var spline = new GraphSpline(parameters, _config.Bins, _config.TailBound);
        var (moved, logDerivative) = map(spline, value.Slice(-1, _keepsFirst ? _kept : 0, _moved));
        return new(kept is null ? moved : _keepsFirst ? kept.Append(moved) : moved.Append(kept), logDerivative.Sum(-1));
    }
}
