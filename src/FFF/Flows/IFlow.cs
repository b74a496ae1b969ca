using FFF.Latents;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// A conditional density p(x | c) that is sampled by decoding latents: the free-form flow, or a method that it is compared
/// with. Works on standardised data; each is a module, whose named parameters are trained and saved.
/// </summary>
public interface IFlow
{
    /// <summary>D.</summary>
    int Dimension { get; }

    /// <summary>p(z).</summary>
    ILatent Latent { get; }

    /// <summary>x = g(z), [B, D].</summary>
    /// <param name="z">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    Tensor Decode(Tensor z, Tensor? condition);

    /// <summary>x = g(z), [B, D], and its log-density log p(z) − log|det ∂g/∂z|, [B], float64.</summary>
    /// <inheritdoc cref="Decode"/>
    (Tensor X, Tensor LogProb) DecodeWithLogProb(Tensor z, Tensor? condition);

    /// <summary>Exact log-likelihoods of x, and how well it is reconstructed; no graph is kept.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    Likelihood LogLikelihood(Tensor x, Tensor? condition);
}
