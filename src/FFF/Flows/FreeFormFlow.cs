using FFF.Autodiff;
using FFF.Latents;
using FFF.Networks;
using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// A free-form flow: encoder f and decoder g, R^D → R^D given a condition, and a latent density p(z). Nothing is
/// invertible by construction; training makes g the inverse of f where the data are.
/// </summary>
/// <remarks>Draxler, Sorrenson, Zimmermann, Rousselot and Köthe, "Free-form Flows: Make Any Architecture a Normalizing Flow", AISTATS 2024.</remarks>
public sealed class FreeFormFlow : Flow, IExactDensity
{
    /// <summary>Takes the two networks, each a module, and the latent density.</summary>
    /// <param name="encoder">f.</param>
    /// <param name="decoder">g.</param>
    /// <param name="latent">p(z).</param>
    /// <param name="dimension">D.</param>
    public FreeFormFlow(INetwork encoder, INetwork decoder, ILatent latent, int dimension)
        : base(nameof(FreeFormFlow))
    {
        (Encoder, Decoder, Latent, Dimension) = (encoder, decoder, latent, dimension);
        register_module("encoder", (nn.Module)encoder);
        register_module("decoder", (nn.Module)decoder);
    }

    /// <summary>f.</summary>
    public INetwork Encoder { get; }

    /// <summary>g.</summary>
    public INetwork Decoder { get; }

    /// <inheritdoc/>
    public override ILatent Latent { get; }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <summary>The dimension of what the density lives on: D, or that of a subspace.</summary>
    public int DensityDimension => (int)Latent.DensityDimension(Dimension);

    /// <summary>z = f(x), [B, D]; without gradients, as many rows at once as memory allows.</summary>
    public override Tensor Encode(Tensor x, Tensor? condition) => Apply(Encoder, x, condition);

    /// <summary>x = g(z), [B, D]; without gradients, as many rows at once as memory allows.</summary>
    public override Tensor Decode(Tensor z, Tensor? condition) => Apply(Decoder, z, condition);

    /// <inheritdoc/>
    public DecodedSamples DecodeWithLogProb(Tensor z, Tensor? condition) => Likelihood.OfSamples(this, z, condition);

    /// <inheritdoc/>
    public override Likelihood LogLikelihood(Tensor x, Tensor? condition) => Likelihood.Of(this, x, condition);

    private static Tensor Apply(INetwork network, Tensor rows, Tensor? condition) => is_grad_enabled()
        ? network.Forward(new Dual(rows), condition).Value
        : RowChunks.Run(rows, condition, MemoryBudget.Rows(network.NumbersOfRow(rows.shape[^1]), rows),
            (part, c) => [network.Forward(new Dual(part), c).Value])[0];
}
