using FFF.Configuration;
using FFF.Latents;
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
    /// <summary>Numbers of spline parameters that are held at once in evaluation, so that memory stays bounded.</summary>
    private const long BatchNumbers = 1 << 22;

    private readonly (SplineCoupling Coupling, LuLinear Linear)[] _transforms;
    private readonly long _rows;

    /// <summary>A flow that starts as the identity, in float32 on the CPU.</summary>
    /// <param name="config">Its description.</param>
    /// <param name="dimension">D.</param>
    /// <param name="conditions">C, 0 where there are none.</param>
    /// <param name="random">Draws the initial weights.</param>
    public SplineFlow(SplineFlowMethod config, int dimension, int conditions, RandomStream random)
        : base(nameof(SplineFlow))
    {
        Dimension = dimension;
        _rows = Math.Max(1, BatchNumbers / (dimension * RationalQuadraticSpline.ParameterCount(config.Bins)));
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
    public Tensor Decode(Tensor z, Tensor? condition) => Invert(z, condition).X;

    /// <inheritdoc/>
    public (Tensor X, Tensor LogProb) DecodeWithLogProb(Tensor z, Tensor? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (x, logDet) = Invert(z, condition);
        var logProb = (Latent.LogProb(z) + logDet).to(float64);
        return (x.MoveToOuterDisposeScope(), logProb.MoveToOuterDisposeScope());
    }

    /// <summary>Likelihoods by the layers' determinants on the way to z and on the way back, and how far back that leads.</summary>
    /// <inheritdoc/>
    public Likelihood LogLikelihood(Tensor x, Tensor? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var chunks = new List<Likelihood>();
        for (long first = 0; first < x.shape[0]; first += _rows)
        {
            var count = Math.Min(_rows, x.shape[0] - first);
            chunks.Add(Chunk(x.narrow(0, first, count), condition?.narrow(0, first, count)));
        }

        Tensor Join(Func<Likelihood, Tensor> part) => cat([.. chunks.Select(part)], 0).MoveToOuterDisposeScope();
        return new(Join(l => l.Encoder), Join(l => l.Decoder), Join(l => l.Reconstruction));
    }

    private Likelihood Chunk(Tensor x, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var (z, logDet) = Encode(x, condition);
        var (back, logDetBack) = Invert(z, condition);
        var latent = Latent.LogProb(z);
        return new(
            (latent + logDet).to(float64).MoveToOuterDisposeScope(),
            (latent + logDetBack).to(float64).MoveToOuterDisposeScope(),
            (x - back).square().sum(-1).to(float64).MoveToOuterDisposeScope());
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
