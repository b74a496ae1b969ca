using FFF.Evaluation.Boltzmann;
using FFF.Flows;
using FFF.Latents;
using FFF.Numerics;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>
/// The mass ∫ q(x) dx of the density q(x) = p(f(x)) |det J_f(x)| that the likelihood by the encoder belongs to. It is 1 where f is
/// one-to-one; where f folds, points of the latent space count more than once, q is no normalised density, and a likelihood by it
/// too high. Estimated by importance sampling, E_r[q(x) / r(x)], with two proposals r, since what is too much may lie
/// where the flow never samples.
/// </summary>
/// <param name="OnSamples">By samples of the decoder, x = g(z), r(x) = p(z) / |det J_g(z)|. Where g folds it counts points as often as g reaches them.</param>
/// <param name="Around">
/// By independent Student-t components of 4 degrees of freedom, with the data's mean and 1.5² times their covariance as location
/// and scale; null where that tells nothing, as in many dimensions.
/// </param>
public sealed record EncoderMass(MeanEstimate OnSamples, MeanEstimate? Around)
{
    private const int DegreesOfFreedom = 4;
    private const double Spread = 1.5;
    private const long MaxDimensionsAround = 16;
    private const double MinEffective = 50;

    // With many dimensions every sample costs a Jacobian of as many passes.
    private const long CountInFewDimensions = 20_000;
    private const long CountInMany = 2_000;
    private const long FewestDraws = 100;

    private const double StandardErrors = 3;
    private const double SmallestDeviation = 0.05;
    private const double WideError = 0.1;

    /// <summary>Estimates it, on average over the conditions of the given samples.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Data in their own units: their spread and their conditions are used.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="most">At most so many draws, but no fewer than a hundred, whose spread tells little; as many as its dimension allows if left out.</param>
    /// <param name="progress">Is told the share that is done.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Null for flows that are one-to-one by construction, or have no density of samples.</returns>
    public static EncoderMass? Of(
        DensityModel model, Samples samples, long seed, long? most = null, Action<double>? progress = null, CancellationToken stop = default)
    {
        if (model.Flow is not IExactDensity exact)
        {
            return null;
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (flow, transformed) = (model.Flow, model.Transformed(samples).Samples);
        var few = flow.Latent.DensityDimension(flow.Dimension) <= MaxDimensionsAround;
        var count = Math.Min(Math.Max(FewestDraws, most ?? long.MaxValue), few ? CountInFewDimensions : CountInMany);
        var conditions = transformed.Condition?.index_select(0, (arange(count) % transformed.Count).to(transformed.Data.device));
        using var random = NamedSeed.Stream(seed, "encoder-mass");
        var z = flow.Latent.Sample(count, flow.Dimension, random).to(model.Device);
        var proposal = few ? Proposal(transformed.Data, flow, count, random) : null;
        var (onSamples, around) = (new List<double>(), new List<double>());
        foreach (var (first, rows) in RowChunks.Told(count, count, progress, stop))
        {
            using var part = NewDisposeScope();
            var given = conditions?.narrow(0, first, rows);
            var drawn = z.narrow(0, first, rows);
            var decoded = exact.DecodeWithLogProb(drawn, model.Settings.ForEvaluation(given, drawn));
            if (decoded.Sign is null)
            {
                return null;
            }

            onSamples.AddRange(Weights(decoded.X, decoded.LogProb, given));
            if (proposal is var (y, logProb))
            {
                around.AddRange(Weights(y.narrow(0, first, rows), logProb.narrow(0, first, rows), given));
            }
        }

        var effective = ImportanceWeights.Of([.. around.Select(weight => Math.Log(weight))])?.EffectiveSamples;
        return new(MeanEstimate.Of(onSamples), effective >= MinEffective ? MeanEstimate.Of(around) : null);

        double[] Weights(Tensor x, Tensor logProposal, Tensor? given) =>
            (flow.EncoderLogProb(x, model.Settings.ForEvaluation(given, x)).LogProb - logProposal).cpu().exp().nan_to_num(0, 0, 0).data<double>().ToArray();
    }

    /// <summary>Whether its error is so wide that it neither shows a density that is not normalised nor rules it out.</summary>
    internal bool IsUncertain => Doubt() is null && new[] { OnSamples, Around }.OfType<MeanEstimate>().Any(mass => mass.StandardError > WideError);

    /// <summary>What speaks against trusting a likelihood by this density; null where nothing does.</summary>
    public string? Doubt()
    {
        var worst = new[] { OnSamples, Around }.OfType<MeanEstimate>().Where(IsOff).MaxBy(mass => Math.Abs(mass.Value - 1));
        return worst is null
            ? null
            : FormattableString.Invariant($"The encoder's density integrates to {worst.Value:F3} ± {worst.StandardError:F3} instead of 1: ")
                + "a network folds, so that the likelihood by the encoder is not to be trusted. Train with a larger β, or longer.";

        static bool IsOff(MeanEstimate mass) => !(Math.Abs(mass.Value - 1) <= Math.Max(SmallestDeviation, StandardErrors * mass.StandardError));
    }

    /// <summary>
    /// Draws from the Student-t density around transformed data, on their device, with its logarithm; null where the data do not span the space.
    /// </summary>
    private static (Tensor Y, Tensor LogProb)? Proposal(Tensor data, Flow flow, long count, RandomStream random)
    {
        var basis = flow.Latent.Basis(data.shape[1], float64, CPU);
        var rows = data.cpu().to(float64);
        var inside = basis is null ? rows : rows.mm(basis);
        var dimension = inside.shape[1];
        if (inside.shape[0] < 2 * dimension)
        {
            return null;
        }

        var mean = inside.mean([0]);
        var centred = inside - mean;
        var (factor, info) = linalg.cholesky_ex(centred.t().mm(centred) * (Spread * Spread / (inside.shape[0] - 1)));
        if (info.item<int>() != 0)
        {
            return null;
        }

        var spread = new StudentT(DegreesOfFreedom);
        var u = spread.Sample(count, (int)dimension, random).to(float64);
        var y = mean + u.mm(factor.t());
        var logProb = spread.LogProb(u) - factor.diagonal().log().sum();
        return ((basis is null ? y : y.mm(basis.t())).to(data.dtype).to(data.device), logProb.to(data.device));
    }
}
