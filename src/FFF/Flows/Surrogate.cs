using FFF.Autodiff;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// What stands for log|det J_f| in the objective. Of the data and the latent form the value is meaningless, and the gradient estimates
/// ∇_θ log|det J_f(x)| = tr(∇_θ J_f · J_f⁻¹) ≈ tr(∇_θ J_f · J_g), Theorem 3.1 of the free-form flows paper; the exact form is the logarithm itself.
/// </summary>
/// <param name="Z">z = f(x), [B, D].</param>
/// <param name="Reconstruction">g(z), [B, D].</param>
/// <param name="Value">The surrogate, averaged over the K Hutchinson vectors where there are any, [B].</param>
public sealed record Surrogate(Tensor Z, Tensor Reconstruction, Tensor Value)
{
    /// <summary>
    /// Data form, by the cyclic trace tr(J_g ∇J_f): r = SG[uᵀ J_g(z)], surrogate = r · (J_f(x) u). The tangent J_f u is
    /// carried along the encoder's forward pass, so that nothing is differentiated twice.
    /// </summary>
    /// <param name="flow">Encoder and decoder.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="u">Hutchinson vectors in data space, [K, B, D].</param>
    public static Surrogate DataForm(FreeFormFlow flow, Tensor x, Tensor? condition, Tensor u)
    {
        var encoded = flow.Encoder.Forward(new Dual(x, u), condition);
        var ofInputs = new InputGradients();
        var reconstruction = ofInputs.While(() => flow.Decode(encoded.Value, condition));
        var r = ofInputs.Of(() => Each(u, k => VectorJacobian.Of(reconstruction, encoded.Value, k)));
        return new(encoded.Value, reconstruction, (r * encoded.Tangent!).sum(-1).mean([0]));
    }

    /// <summary>
    /// Latent form, as published: w = SG[J_g(z) v], surrogate = vᵀ J_f(x) w. The vector-Jacobian product of the encoder
    /// keeps its graph, so that training it needs a double backward.
    /// </summary>
    /// <param name="flow">Encoder and decoder.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="v">Hutchinson vectors in latent space, [K, B, D].</param>
    public static Surrogate LatentForm(FreeFormFlow flow, Tensor x, Tensor? condition, Tensor v)
    {
        var input = x.requires_grad ? x : x.detach().requires_grad_();
        var z = flow.Encode(input, condition);
        var decoded = flow.Decoder.Forward(new Dual(z, v), condition);
        var w = decoded.Tangent!.detach();
        var transposed = Each(v, k => VectorJacobian.Of(z, input, k, createGraph: true));
        return new(z, decoded.Value, (transposed * w).sum(-1).mean([0]));
    }

    /// <summary>
    /// log|det J_f(x)| itself, differentiable, by one tangent for each dimension and a factorisation in the parameters' type: for small D. Where
    /// J_f is singular the value is −∞, and the gradient is not finite.
    /// </summary>
    /// <param name="flow">Encoder and decoder; on a subspace with the basis U, of S dimensions, log|det UᵀJ_f U|.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public static Surrogate Exact(FreeFormFlow flow, Tensor x, Tensor? condition)
    {
        var dimension = x.shape[^1];
        var basis = flow.Latent.Basis(dimension, x.dtype, x.device);
        var directions = basis?.t() ?? eye(dimension, dtype: x.dtype, device: x.device);
        var encoded = flow.Encoder.Forward(new Dual(x, directions.unsqueeze(1).expand(-1, x.shape[0], -1)), condition);
        var images = basis is null ? encoded.Tangent! : nn.functional.linear(encoded.Tangent!, basis.t());
        return new(encoded.Value, flow.Decode(encoded.Value, condition), linalg.slogdet(images.permute(1, 2, 0)).Item2);
    }

    /// <summary>A function of each of K vectors: [K, B, D] to [K, B, D].</summary>
    private static Tensor Each(Tensor vectors, Func<Tensor, Tensor> function)
    {
        Tensor[] results = [.. Enumerable.Range(0, (int)vectors.shape[0]).Select(k => function(vectors.select(0, k)))];
        return stack(results, 0);
    }
}
