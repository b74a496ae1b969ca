using FFF.Graphs;
using FFF.Latents;
using FFF.Numerics;
using FFF.Randomness;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Flows.Splines;

/// <summary>
/// A conditional neural spline flow: z = f(x; c) by spline couplings, which keep and move the halves of x in turn, each
/// followed by a linear layer. Exactly invertible: log p(x | c) = log p(z) + Σ log|det| of the layers.
/// </summary>
/// <remarks>Durkan, Bekasov, Murray and Papamakarios, "Neural Spline Flows", NeurIPS 2019.</remarks>
public sealed class SplineFlow : Flow, IExactDensity, IGraphFlow
{
    /// <summary>Tensors of the size of all splines' parameters that a coupling has at once.</summary>
    private const long SplineTensors = 8;

    private readonly Chain _transforms;
    private readonly long _numbers;

    /// <summary>A flow that starts as the identity, in float32 on the CPU.</summary>
    /// <param name="config">Its description.</param>
    /// <param name="dimension">D.</param>
    /// <param name="conditions">C, 0 where there are none.</param>
    /// <param name="random">Draws the initial weights.</param>
    public SplineFlow(SplineFlowMethod config, int dimension, int conditions, RandomStream random)
        : base(nameof(SplineFlow))
    {
        Dimension = dimension;
        _numbers = SplineTensors * dimension * RationalQuadraticSpline.ParameterCount(config.Bins) + 5 * config.Widths.DefaultIfEmpty().Max();
        var transforms = new List<ITransform>();
        for (var i = 0; i < config.Transforms; i++)
        {
            var (coupling, linear) = (new SplineCoupling(config, dimension, conditions, keepsFirst: i % 2 == 0, random), new LuLinear(dimension));
            register_module($"coupling_{i}", coupling);
            register_module($"linear_{i}", linear);
            transforms.AddRange([coupling, linear]);
        }

        _transforms = new Chain(transforms);
    }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <inheritdoc/>
    public override ILatent Latent { get; } = new StandardNormal();

    /// <summary>z = f(x; c), [B, D], and log|det ∂z/∂x|, [B].</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public (Tensor Z, Tensor LogDet) EncodeWithLogDet(Tensor x, Tensor? condition) => _transforms.Forward(x, condition);

    /// <inheritdoc/>
    public override Tensor Encode(Tensor x, Tensor? condition) => is_grad_enabled()
        ? EncodeWithLogDet(x, condition).Z
        : RowChunks.Run(x, condition, MemoryBudget.Rows(_numbers, x), (rows, c) => [EncodeWithLogDet(rows, c).Z])[0];

    /// <inheritdoc/>
    public override Tensor Decode(Tensor z, Tensor? condition) => is_grad_enabled()
        ? _transforms.Inverse(z, condition).X
        : RowChunks.Run(z, condition, MemoryBudget.Rows(_numbers, z), (rows, c) => [_transforms.Inverse(rows, c).X])[0];

    /// <inheritdoc/>
    public DecodedSamples DecodeWithLogProb(Tensor z, Tensor? condition)
    {
        using var noGradient = no_grad();
        var parts = RowChunks.Run(z, condition, MemoryBudget.Rows(_numbers, z), (rows, c) =>
        {
            var (x, logDet) = _transforms.Inverse(rows, c);
            return [x, (Latent.LogProb(rows) + logDet).to(float64)];
        });
        return new(parts[0], parts[1]);
    }

    /// <summary>Likelihoods by the layers' determinants on the way to z and on the way back, and how far back that leads.</summary>
    /// <inheritdoc/>
    public override Likelihood LogLikelihood(Tensor x, Tensor? condition)
    {
        using var noGradient = no_grad();
        var parts = RowChunks.Run(x, condition, MemoryBudget.Rows(_numbers, x), (rows, c) =>
        {
            var (z, logDet) = EncodeWithLogDet(rows, c);
            var (back, logDetBack) = _transforms.Inverse(z, c);
            var latent = Latent.LogProb(z);
            return [(latent + logDet).to(float64), (latent + logDetBack).to(float64), (rows - back).square().sum(-1).to(float64)];
        });
        return new(parts[0], parts[1], parts[2]);
    }

    /// <inheritdoc/>
    GraphValue IGraphFlow.Encode(GraphValue x, GraphDual? condition) => _transforms.AsGraph().Forward(x, condition).Value;

    /// <inheritdoc/>
    GraphValue IGraphFlow.Decode(GraphValue z, GraphDual? condition) => _transforms.AsGraph().Inverse(z, condition).Value;

    /// <inheritdoc/>
    GraphValue IGraphFlow.LogProb(GraphValue x, GraphDual? condition)
    {
        var moved = _transforms.AsGraph().Forward(x, condition);
        return Latent.LogProbInGraph(moved.Value, Dimension) + moved.LogDet.Cast(ElementKind.Double);
    }

    /// <inheritdoc/>
    (GraphValue X, GraphValue LogProb) IGraphFlow.DecodeWithLogProb(GraphValue z, GraphDual? condition)
    {
        var moved = _transforms.AsGraph().Inverse(z, condition);
        return (moved.Value, Latent.LogProbInGraph(z, Dimension) + moved.LogDet.Cast(ElementKind.Double));
    }
}
