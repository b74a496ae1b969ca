using FFF.Datasets;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>
/// The prior, cut off where the posterior of one observation has hardly any mass: what a further round of simulations is drawn from. θ of the prior is kept
/// where log q(θ | x) ≥ τ, with τ the ε-quantile of log q over samples of the posterior. Inside, parameters are as likely against each other as by the prior,
/// so that training goes on as before.
/// </summary>
/// <remarks>Deistler, Goncalves and Macke, "Truncated proposals for scalable and hassle-free simulation-based inference", NeurIPS 2022.</remarks>
/// <param name="model">q.</param>
/// <param name="condition">x, [C].</param>
/// <param name="threshold">τ.</param>
internal sealed class TruncatedPrior(DensityModel model, Tensor condition, double threshold)
{
    /// <summary>The quantile lies between so many of the smallest densities.</summary>
    private const double SamplesBelow = 10;
    private const double FewestSamples = 10_000;
    private const double MostSamples = 100_000;

    /// <summary>The one that leaves out a share of the posterior.</summary>
    /// <param name="model">q.</param>
    /// <param name="condition">x, [C].</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="seed">Of the posterior's samples.</param>
    public static TruncatedPrior Of(DensityModel model, Tensor condition, double epsilon, long seed)
    {
        using var scope = NewDisposeScope();
        var samples = model.Sample((long)Math.Clamp(SamplesBelow / epsilon, FewestSamples, MostSamples), condition, NamedSeed.Derive(seed, "truncation"));
        var logProb = LogProb(model, samples, condition);
        return new(model, condition, logProb.masked_select(logProb.isfinite()).quantile(tensor(epsilon, float64)).item<double>());
    }

    /// <summary>Draws by rejection until enough parameters are kept.</summary>
    /// <param name="prior">The prior.</param>
    /// <param name="count">N.</param>
    /// <param name="seed">The same seed draws the same.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>θ, [N, D], float64, the caller's, and the share of the prior that was kept.</returns>
    /// <exception cref="DatasetException">The share is too small.</exception>
    public (Tensor Parameters, double Share) Draw(PriorSampler prior, long count, long seed, CancellationToken stop)
    {
        var drawn = new SupportSampler(prior, IsKept)
        {
            Problem = (kept, of) => $"Of {of} parameters of the prior, {kept} lie where the posterior has any mass: too few to be found by drawing from it. "
                + "If the run's parameters were not drawn from this prior, which fff data check tells, give the one that they were drawn from; else give "
                + "a narrower prior, or take samples of the posterior for the next simulations and weigh them.",
        }.Draw(new SampleRequest { Count = count, Seed = seed });
        return (drawn.Values, drawn.AcceptedShare!.Value);

        Tensor IsKept(Tensor parameters)
        {
            stop.ThrowIfCancellationRequested();
            return LogProb(model, parameters, condition).ge(threshold);
        }
    }

    private static Tensor LogProb(DensityModel model, Tensor parameters, Tensor condition) =>
        model.EncoderLogProb(new Samples(parameters, condition.reshape(1, -1).expand(parameters.shape[0], -1)) { Space = model.Space });
}
