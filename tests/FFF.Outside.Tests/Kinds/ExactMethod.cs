using System.ComponentModel.DataAnnotations;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Options;
using FFF.Outside;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<MethodConfig, ExactMethod>("outside-exact")]

namespace FFF.Outside;

/// <summary>Encoder and decoder, trained by the exact determinant of the encoder's whole Jacobian.</summary>
public sealed record ExactMethod : MethodConfig
{
    /// <summary>Encoder and decoder.</summary>
    public NetworkConfig Network { get; init; } = new WaveNetwork();

    /// <summary>The latent density.</summary>
    public LatentConfig Latent { get; init; } = new LaplaceLatent();

    /// <summary>The weight of the reconstruction.</summary>
    [Range(0.0, 1e6)]
    public double Beta { get; init; } = 10;

    public override Method Build(MethodPlace place)
    {
        var (encoder, decoder) = Network.Pair(new(place.Space.Dimension, place.Conditions, place.Space.Nodes, place.Random));
        var flow = new ExactFlow(encoder, decoder, Latent.Build(place.Space.Nodes), place.Space.Dimension);
        return new(flow, new MaximumLikelihood(flow, Beta), SettingConditions.None);
    }

    private sealed class ExactFlow : Flow, IExactDensity
    {
        private readonly INetwork _encoder;
        private readonly INetwork _decoder;

        public ExactFlow(INetwork encoder, INetwork decoder, ILatent latent, int dimension)
            : base(nameof(ExactFlow))
        {
            (_encoder, _decoder, Latent, Dimension) = (encoder, decoder, latent, dimension);
            register_module("encoder", (nn.Module)encoder);
            register_module("decoder", (nn.Module)decoder);
        }

        public override int Dimension { get; }

        public override ILatent Latent { get; }

        public override Tensor Encode(Tensor x, Tensor? condition) => _encoder.Forward(new(x), condition).Value;

        public override Tensor Decode(Tensor z, Tensor? condition) => _decoder.Forward(new(z), condition).Value;

        public DecodedSamples DecodeWithLogProb(Tensor z, Tensor? condition)
        {
            using var noGradient = no_grad();
            var (x, logDet) = WithLogDet(_decoder, z, condition);
            return new(x, (Latent.LogProb(z) - logDet).to(float64));
        }

        public override Likelihood LogLikelihood(Tensor x, Tensor? condition)
        {
            using var noGradient = no_grad();
            var (z, logDet) = EncodeWithLogDet(x, condition);
            var (back, logDetBack) = WithLogDet(_decoder, z, condition);
            var latent = Latent.LogProb(z);
            return new((latent + logDet).to(float64), (latent - logDetBack).to(float64), (x - back).square().sum(-1).to(float64));
        }

        /// <summary>z, [B, D], and log|det ∂z/∂x|, [B], both differentiable.</summary>
        public (Tensor Z, Tensor LogDet) EncodeWithLogDet(Tensor x, Tensor? condition) => WithLogDet(_encoder, x, condition);

        private static (Tensor Y, Tensor LogDet) WithLogDet(INetwork network, Tensor x, Tensor? condition)
        {
            var dimension = x.shape[^1];
            var y = network.Forward(new(x, eye(dimension, dtype: x.dtype, device: x.device).unsqueeze(1).expand(dimension, x.shape[0], dimension)), condition);
            return (y.Value, linalg.slogdet(y.Tangent!.permute(1, 2, 0)).Item2);
        }
    }

    private sealed class MaximumLikelihood(ExactFlow flow, double beta) : IObjective
    {
        public double FinalBeta => beta;

        public double? BetaAt(double progress) => beta;

        public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn)
        {
            var (z, logDet) = flow.EncodeWithLogDet(batch.Data, batch.Condition);
            var latentNll = -flow.Latent.LogProb(z).mean();
            var reconstruction = (batch.Data - flow.Decode(z, batch.Condition)).square().sum(-1).mean();
            return new(latentNll - logDet.mean() + (beta * reconstruction), latentNll, reconstruction);
        }
    }
}
