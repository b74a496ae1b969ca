using FFF.Autodiff;
using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// Log-likelihoods of a free-form flow by the change of variables, through either network's Jacobian: exact where the
/// networks are one-to-one, which the signs of their determinants tell (<see cref="Orientation"/>).
/// </summary>
/// <param name="Encoder">log p(z) + log|det J_f(x)| with z = f(x), [B].</param>
/// <param name="Decoder">log p(z) − log|det J_g(z)| with z = f(x), [B].</param>
/// <param name="Reconstruction">‖x − g(f(x))‖², [B]. A high likelihood with a bad reconstruction is spurious.</param>
public sealed record Likelihood(Tensor Encoder, Tensor Decoder, Tensor Reconstruction)
{
    /// <summary>The sign of det J_f(x), 0 where it is near-singular, [B]; null for a flow that is one-to-one by construction.</summary>
    public Tensor? EncoderSign { get; init; }

    /// <summary>The sign of det J_g(z), 0 where it is near-singular, [B]; null for a flow that is one-to-one by construction.</summary>
    public Tensor? DecoderSign { get; init; }

    /// <summary>log|det| of the model's transform at the rows, which the likelihoods contain, [B]; null where they are in the units of training.</summary>
    internal Tensor? LogDet { get; init; }

    /// <summary>Likelihoods and reconstruction errors of x, without a graph, in chunks; determinants in float64.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public static Likelihood Of(FreeFormFlow flow, Tensor x, Tensor? condition)
    {
        var numbers = Math.Max(flow.Encoder.NumbersOfRow(x.shape[^1]), flow.Decoder.NumbersOfRow(x.shape[^1]));
        var parts = InChunks(flow, x, condition, numbers, (rows, c, basis, tangents) =>
        {
            var (z, encoderJacobian) = Jacobians.Of(h => flow.Encoder.Forward(h, c), rows, tangents, basis);
            var (reconstruction, decoderJacobian) = Jacobians.Of(h => flow.Decoder.Forward(h, c), z, tangents, basis);
            var latent = flow.Latent.LogProb(z).to(float64);
            var (encoder, decoder) = (Determinant(encoderJacobian, basis), Determinant(decoderJacobian, basis));
            return [latent + encoder.LogAbs, latent - decoder.LogAbs, (rows - reconstruction).square().sum(-1).to(float64), encoder.Sign, decoder.Sign];
        });
        return new(parts[0], parts[1], parts[2]) { EncoderSign = parts[3], DecoderSign = parts[4] };
    }

    /// <summary>log p(f(x)) + log|det J_f(x)| and the sign of det J_f(x), [B] each, without the decoder, in chunks.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    internal static (Tensor LogProb, Tensor Sign) OfEncoder(FreeFormFlow flow, Tensor x, Tensor? condition)
    {
        var parts = InChunks(flow, x, condition, flow.Encoder.NumbersOfRow(x.shape[^1]), (rows, c, basis, tangents) =>
        {
            var (z, jacobian) = Jacobians.Of(h => flow.Encoder.Forward(h, c), rows, tangents, basis);
            var (sign, logAbs) = Determinant(jacobian, basis);
            return [flow.Latent.LogProb(z).to(float64) + logAbs, sign];
        });
        return (parts[0], parts[1]);
    }

    /// <summary>log p(x) of decoder samples x = g(z): log p(z) − log|det J_g(z)|, in chunks.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="z">The latents that were decoded, [B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public static DecodedSamples OfSamples(FreeFormFlow flow, Tensor z, Tensor? condition)
    {
        var parts = InChunks(flow, z, condition, flow.Decoder.NumbersOfRow(z.shape[^1]), (rows, c, basis, tangents) =>
        {
            var (x, jacobian) = Jacobians.Of(h => flow.Decoder.Forward(h, c), rows, tangents, basis);
            var (sign, logAbs) = Determinant(jacobian, basis);
            return [x, flow.Latent.LogProb(rows).to(float64) - logAbs, sign];
        });
        return new(parts[0], parts[1]) { Sign = parts[2] };
    }

    /// <summary>Computes with Jacobians of rows, without a graph, in chunks: of rows and conditions, with a basis, so many tangents at once.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="rows">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="numbers">What a network has at once of a row.</param>
    /// <param name="work">The computation.</param>
    /// <param name="progress">Is told the share that is done; or null.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    internal static Tensor[] InChunks(FreeFormFlow flow, Tensor rows, Tensor? condition, long numbers, Func<Tensor, Tensor?, Tensor?, int, Tensor[]> work,
        Action<double>? progress = null, CancellationToken stop = default)
    {
        using var noGradient = no_grad();
        var basis = flow.Latent.Basis(rows.shape[^1], rows.dtype, rows.device);
        var (atOnce, tangents) = MemoryBudget.Jacobians(numbers, flow.Latent.DensityDimension(rows.shape[^1]), rows);
        return RowChunks.Run(rows, condition, atOnce, (part, c) => work(part, c, basis, tangents), progress, stop);
    }

    /// <summary>Sign and log|det J|: [B, D, D] to [B] each, float64; on a subspace of det UᵀJU, from J U, [B, D, S].</summary>
    private static (Tensor Sign, Tensor LogAbs) Determinant(Tensor jacobian, Tensor? basis) => LogDeterminant.Of(Square(jacobian, basis));

    /// <summary>A Jacobian in coordinates of the density's space, [B, S, S], float64: J itself, [B, D, D]; on a subspace UᵀJU, from J U, [B, D, S].</summary>
    internal static Tensor Square(Tensor jacobian, Tensor? basis) =>
        basis is null ? jacobian.to(float64) : bmm(basis.to(float64).t().unsqueeze(0).expand(jacobian.shape[0], -1, -1), jacobian.to(float64));
}
