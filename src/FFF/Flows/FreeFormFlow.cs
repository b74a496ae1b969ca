using FFF.Autodiff;
using FFF.Graphs;
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
public sealed class FreeFormFlow : Flow, IExactDensity, IGraphFlow
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

    /// <inheritdoc/>
    internal override (Tensor LogProb, Tensor? Sign) EncoderLogProb(Tensor x, Tensor? condition) => Likelihood.OfEncoder(this, x, condition);

    /// <inheritdoc/>
    GraphValue IGraphFlow.Encode(GraphValue x, GraphDual? condition) => Encoder.AsGraph().Forward(new(x, null, Dimension), condition).Value;

    /// <inheritdoc/>
    GraphValue IGraphFlow.Decode(GraphValue z, GraphDual? condition) => Decoder.AsGraph().Forward(new(z, null, Dimension), condition).Value;

    /// <inheritdoc/>
    GraphValue IGraphFlow.LogProb(GraphValue x, GraphDual? condition)
    {
        var (z, logDet) = WithLogDet(Encoder, x, condition);
        return Latent.LogProbInGraph(z, Dimension) + logDet;
    }

    /// <inheritdoc/>
    (GraphValue X, GraphValue LogProb) IGraphFlow.DecodeWithLogProb(GraphValue z, GraphDual? condition)
    {
        var (x, logDet) = WithLogDet(Decoder, z, condition);
        return (x, Latent.LogProbInGraph(z, Dimension) - logDet);
    }

    private (GraphValue Y, GraphValue LogDet) WithLogDet(INetwork network, GraphValue rows, GraphDual? condition)
    {
        var basis = Latent.Basis(Dimension, ScalarType.Float32, CPU);
        var y = network.AsGraph().Forward(GraphDual.Along(rows, Dimension, basis), condition);
        return (y.Value, y.LogDeterminant(basis));
    }

    private static Tensor Apply(INetwork network, Tensor rows, Tensor? condition) => is_grad_enabled()
        ? network.Forward(new Dual(rows), condition).Value
        : RowChunks.Run(rows, condition, MemoryBudget.Rows(network.NumbersOfRow(rows.shape[^1]), rows),
            (part, c) => [network.Forward(new Dual(part), c).Value])[0];
}
