using FFF.Autodiff;
using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>Exact log-likelihoods of a free-form flow by the change of variables, through either network's Jacobian.</summary>
/// <param name="Encoder">log p(z) + log|det J_f(x)| with z = f(x), [B].</param>
/// <param name="Decoder">log p(z) − log|det J_g(z)| with z = f(x), [B].</param>
/// <param name="Reconstruction">‖x − g(f(x))‖², [B]. A high likelihood with a bad reconstruction is spurious.</param>
public sealed record Likelihood(Tensor Encoder, Tensor Decoder, Tensor Reconstruction)
{
    /// <summary>Rows that are differentiated at once, so that memory stays bounded.</summary>
    private const long BatchNumbers = 1 << 21;

    /// <summary>Likelihoods and reconstruction errors of x, without a graph, in chunks; determinants in float64.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public static Likelihood Of(FreeFormFlow flow, Tensor x, Tensor? condition)
    {
        var rows = Math.Max(1, BatchNumbers / ((long)x.shape[1] * x.shape[1]) / 16);
        var chunks = new List<Likelihood>();
        using var scope = NewDisposeScope();
        for (long first = 0; first < x.shape[0]; first += rows)
        {
            var count = Math.Min(rows, x.shape[0] - first);
            chunks.Add(Chunk(flow, x.narrow(0, first, count), condition?.narrow(0, first, count)));
        }

        Tensor Join(Func<Likelihood, Tensor> part) => cat([.. chunks.Select(part)], 0).MoveToOuterDisposeScope();
        return new(Join(l => l.Encoder), Join(l => l.Decoder), Join(l => l.Reconstruction));
    }

    /// <summary>log p(x) of decoder samples x = g(z): log p(z) − log|det J_g(z)|.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="z">The latents that were decoded, [B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <returns>x, [B, D], and its log-density, [B], float64.</returns>
    public static (Tensor X, Tensor LogProb) OfSamples(FreeFormFlow flow, Tensor z, Tensor? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var basis = flow.Latent.Basis(z.shape[^1], z.dtype, z.device);
        var (x, jacobian) = Jacobians.Of(h => flow.Decoder.Forward(h, condition), z, basis: basis);
        var logProb = flow.Latent.LogProb(z).to(float64) - LogAbsDet(jacobian, basis);
        return (x.MoveToOuterDisposeScope(), logProb.MoveToOuterDisposeScope());
    }

    private static Likelihood Chunk(FreeFormFlow flow, Tensor x, Tensor? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var basis = flow.Latent.Basis(x.shape[^1], x.dtype, x.device);
        var (z, encoderJacobian) = Jacobians.Of(h => flow.Encoder.Forward(h, condition), x, basis: basis);
        var (reconstruction, decoderJacobian) = Jacobians.Of(h => flow.Decoder.Forward(h, condition), z, basis: basis);
        var latent = flow.Latent.LogProb(z).to(float64);
        return new(
            (latent + LogAbsDet(encoderJacobian, basis)).MoveToOuterDisposeScope(),
            (latent - LogAbsDet(decoderJacobian, basis)).MoveToOuterDisposeScope(),
            (x - reconstruction).square().sum(-1).to(float64).MoveToOuterDisposeScope());
    }

    /// <summary>log|det J|: [B, D, D] to [B], float64; on a subspace log|det UᵀJU|, from J U, [B, D, S].</summary>
    private static Tensor LogAbsDet(Tensor jacobian, Tensor? basis) =>
        LogDeterminant.Of(basis is null ? jacobian.to(float64) : bmm(basis.to(float64).t().unsqueeze(0).expand(jacobian.shape[0], -1, -1), jacobian.to(float64)));
}
