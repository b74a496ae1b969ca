using FFF.Latents;
using FFF.Networks.Embeddings;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// A conditional density p(x | c) that is sampled by decoding latents: the free-form flow, or a method that it is compared
/// with. Works on standardised data; its named parameters are trained and saved.
/// </summary>
/// <remarks>What is returned belongs to the caller.</remarks>
public abstract class Flow : nn.Module
{
    /// <summary>Gives the module its name.</summary>
    protected Flow(string name)
        : base(name)
    {
    }

    /// <summary>D, the numbers of a latent row.</summary>
    public abstract int Dimension { get; }

    /// <summary>p(z).</summary>
    public abstract ILatent Latent { get; }

    /// <summary>z = f(x), [B, D].</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public abstract Tensor Encode(Tensor x, Tensor? condition);

    /// <summary>x = g(z), [B, D].</summary>
    /// <param name="z">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public abstract Tensor Decode(Tensor z, Tensor? condition);

    /// <summary>Exact log-likelihoods of x, or bounds on them, and how well it is reconstructed; no graph is kept.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    public abstract Likelihood LogLikelihood(Tensor x, Tensor? condition);

    /// <summary>log p(x | c) by the encoder alone, or a bound on it, [B], and the sign of its determinant, as <see cref="LogLikelihood"/> has them.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    internal virtual (Tensor LogProb, Tensor? Sign) EncoderLogProb(Tensor x, Tensor? condition)
    {
        var likelihood = LogLikelihood(x, condition);
        return (likelihood.Encoder, likelihood.EncoderSign);
    }

    /// <summary>
    /// Makes the network whose summaries it is conditioned on a part of it, so that it is trained, moved and saved with it. Who calls the flow gives it the
    /// summaries: <see cref="SettingConditions.ForEvaluation"/>.
    /// </summary>
    internal void Take(IEmbedding embedding) => register_module("embedding", (nn.Module)embedding);

    /// <summary>How far x is from what its latents are decoded to, ‖x − g(f(x))‖², [B], float64; no graph is kept.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    internal virtual Tensor Reconstruction(Tensor x, Tensor? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return (x - Decode(Encode(x, condition), condition)).square().sum(-1).to(float64).MoveToOuterDisposeScope();
    }
}

/// <summary>A flow whose samples come with their density.</summary>
public interface IExactDensity
{
    /// <summary>x = g(z) and its log-density log p(z) − log|det ∂g/∂z|; no graph is kept.</summary>
    /// <param name="z">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    DecodedSamples DecodeWithLogProb(Tensor z, Tensor? condition);
}
