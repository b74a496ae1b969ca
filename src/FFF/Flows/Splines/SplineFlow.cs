using FFF.Configuration;
using FFF.Latents;
using FFF.Numerics;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Flows.Splines;

/// <summary>
/// A conditional neural spline flow: z = f(x; c) by spline couplings, which keep and move the halves of x in turn, each
/// followed by a linear layer. Exactly invertible: log p(x | c) = log p(z) + Σ log|det| of the layers.
/// </summary>
/// <remarks>Durkan, Bekasov, Murray and Papamakarios, "Neural Spline Flows", NeurIPS 2019.</remarks>
public sealed class SplineFlow : nn.Module, IFlow
{
    /// <summary>Tensors of the size of all splines' parameters that a coupling has at once.</summary>
    private const long SplineTensors = 8;

    private readonly (SplineCoupling Coupling, LuLinear Linear)[] _transforms;
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
        _transforms = [.. Enumerable.Range(0, config.Transforms).Select(i =>
            (new SplineCoupling(config, dimension, conditions, keepsFirst: i % 2 == 0, random), new LuLinear(dimension)))];
        foreach (var (i, (coupling, linear)) in _transforms.Index())
        {
            register_module($"coupling_{i}", coupling);
            register_module($"linear_{i}", linear);
        }
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public ILatent Latent { get; } = new StandardNormal();

    /// <summary>z = f(x; c), [B, D], and log|det ∂z/∂x|, [B].</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public (Tensor Z, Tensor LogDet) Encode(Tensor x, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var (z, sum) = (x, zeros(x.shape[0], dtype: x.dtype, device: x.device));
        foreach (var (coupling, linear) in _transforms)
        {
            var (moved, logDet) = coupling.Forward(z, condition);
            (z, var logDetW) = linear.Forward(moved);
            sum = sum + logDet + logDetW;
        }

        return (z.MoveToOuterDisposeScope(), sum.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor Decode(Tensor z, Tensor? condition) => is_grad_enabled()
        ? Invert(z, condition).X
        : RowChunks.Run(z, condition, MemoryBudget.Rows(_numbers, z), (rows, c) => [Invert(rows, c).X])[0];

    /// <inheritdoc/>
    public (Tensor X, Tensor LogProb) DecodeWithLogProb(Tensor z, Tensor? condition)
    {
        using var noGradient = no_grad();
        var parts = RowChunks.Run(z, condition, MemoryBudget.Rows(_numbers, z), (rows, c) =>
        {
            var (x, logDet) = Invert(rows, c);
            return [x, (Latent.LogProb(rows) + logDet).to(float64)];
        });
        return (parts[0], parts[1]);
    }

    /// <summary>Likelihoods by the layers' determinants on the way to z and on the way back, and how far back that leads.</summary>
    /// <inheritdoc/>
    public Likelihood LogLikelihood(Tensor x, Tensor? condition)
    {
        using var noGradient = no_grad();
        var parts = RowChunks.Run(x, condition, MemoryBudget.Rows(_numbers, x), (rows, c) =>
        {
            var (z, logDet) = Encode(rows, c);
            var (back, logDetBack) = Invert(z, c);
            var latent = Latent.LogProb(z);
            return [(latent + logDet).to(float64), (latent + logDetBack).to(float64), (rows - back).square().sum(-1).to(float64)];
        });
        return new(parts[0], parts[1], parts[2]);
    }

    /// <summary>x = f⁻¹(z; c), [B, D], and log|det ∂z/∂x| there, [B].</summary>
    private (Tensor X, Tensor LogDet) Invert(Tensor z, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var (x, sum) = (z, zeros(z.shape[0], dtype: z.dtype, device: z.device));
        foreach (var (coupling, linear) in _transforms.Reverse())
        {
            var (mixed, logDetW) = linear.Inverse(x);
            (x, var logDet) = coupling.Inverse(mixed, condition);
            sum = sum + logDet + logDetW;
        }

        return (x.MoveToOuterDisposeScope(), sum.MoveToOuterDisposeScope());
    }
}
