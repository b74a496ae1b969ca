using FFF.Autodiff;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// The surrogate of log|det J_f|: a number whose value is meaningless and whose gradient estimates
/// ∇_θ log|det J_f(x)| = tr(∇_θ J_f · J_f⁻¹) ≈ tr(∇_θ J_f · J_g), Theorem 3.1 of the free-form flows paper.
/// </summary>
/// <param name="Z">z = f(x), [B, D].</param>
/// <param name="Reconstruction">g(z), [B, D].</param>
/// <param name="Value">The surrogate, averaged over the K Hutchinson vectors, [B].</param>
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

    /// <summary>A function of each of K vectors: [K, B, D] to [K, B, D].</summary>
    private static Tensor Each(Tensor vectors, Func<Tensor, Tensor> function)
    {
        Tensor[] results = [.. Enumerable.Range(0, (int)vectors.shape[0]).Select(k => function(vectors.select(0, k)))];
        return stack(results, 0);
    }
}
