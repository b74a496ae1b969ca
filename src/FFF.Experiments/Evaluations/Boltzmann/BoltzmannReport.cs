using FFF.Datasets.Particles;
using FFF.Evaluation;
using FFF.Evaluation.Boltzmann;
using FFF.Flows;

namespace FFF.Evaluations.Boltzmann;

/// <summary>How good a Boltzmann generator a run on particles is. Energies are in units of the temperature, likelihoods in nats.</summary>
/// <param name="Data">What the data are called.</param>
/// <param name="System">The system behind them; null where their energy is not known.</param>
/// <param name="Particles">N.</param>
/// <param name="Dimensions">d.</param>
/// <param name="Checkpoint">The checkpoint that was evaluated.</param>
/// <param name="Seed">Of the samples.</param>
/// <param name="Split">Where the evaluated data are from: test or validation.</param>
/// <param name="Evaluated">How many of them.</param>
/// <param name="LatentConstant">½ (N − 1) d log 2π, which the literature's likelihoods leave out.</param>
/// <param name="NllEncoder">−log q(x) by the encoder's Jacobian.</param>
/// <param name="NllDecoder">−log q(x) by the decoder's Jacobian.</param>
/// <param name="Reconstruction">‖x − g(f(x))‖² over all coordinates: where it is not small, the likelihoods are spurious.</param>
/// <param name="Limit">What the likelihoods could be at best; null where it was not estimated.</param>
/// <param name="Samples">What the flow drew.</param>
/// <param name="Weights">Importance weights of the samples; null where the energy is not known, or no weight is above zero.</param>
/// <param name="Energies">Of samples against data; null where the energy is not known.</param>
/// <param name="PairDistances">Distances of all pairs, of samples against data.</param>
/// <param name="PairFreeEnergy">Between the wells of a pair; null where it has no two wells.</param>
/// <param name="LeftOut">What could not be evaluated, and why.</param>
/// <param name="Doubts">What speaks against trusting the results.</param>
/// <param name="Seconds">The time for all of it, but for the estimate of log Z.</param>
internal sealed record BoltzmannReport(
    string Data, string? System, int Particles, int Dimensions, string Checkpoint, long Seed, string Split, int Evaluated, double LatentConstant,
    SubspaceNll NllEncoder, SubspaceNll NllDecoder, MeanEstimate Reconstruction, EntropyLimit? Limit, SampledSystems Samples, WeightSummary? Weights,
    ComparedDistributions? Energies, ComparedDistributions PairDistances, ComparedFreeEnergies? PairFreeEnergy,
    IReadOnlyList<string> LeftOut, IReadOnlyList<string> Doubts, double Seconds)
{
    /// <summary>Whether errors of means over data take account of the chains that drew them; a file does not tell of any.</summary>
    public bool Correlated { get; init; }

    /// <summary>Of the encoder at the evaluated data; null for flows that are one-to-one by construction, and in older files.</summary>
    public Orientation? EncoderOrientation { get; init; }

    /// <summary>Of the decoder at the data's latents.</summary>
    public Orientation? DecoderOrientation { get; init; }

    /// <summary>What the encoder's density integrates to; null where that is 1 by construction.</summary>
    public EncoderMass? Mass { get; init; }

    /// <summary>As indented JSON with snake_case keys.</summary>
    public string Json() => ReportJson.Of(this);

    /// <summary>Likelihoods, reconstruction and effective sample size for the manifest.</summary>
    internal Dictionary<string, double> Metrics()
    {
        var metrics = new Dictionary<string, double>
        {
            ["boltzmann.nll"] = NllEncoder.Normalized,
            ["boltzmann.nll_decoder"] = NllDecoder.Normalized,
            ["boltzmann.reconstruction"] = Reconstruction.Value,
        };
        if (Limit is { } limit)
        {
            metrics["boltzmann.distance_to_limit"] = limit.DistanceEncoder.Value;
        }

        if (Weights is { } weights)
        {
            metrics["boltzmann.effective_share"] = weights.EffectiveShare;
        }

        return metrics;
    }
}

/// <summary>
/// The entropy −∫ p log p = ⟨U⟩ + log Z of p = exp(−U)/Z, which no negative log-likelihood can be below, and how far above it
/// the flow's are: the Kullback-Leibler divergence KL(p‖q) = ⟨−log q − U⟩ − log Z.
/// </summary>
/// <param name="LogZ">By annealed importance sampling, or as it was given.</param>
/// <param name="Chains">Of the annealing; null where log Z was given.</param>
/// <param name="Steps">Of the annealing; null where log Z was given.</param>
/// <param name="EffectiveShare">The effective sample size of the chains' weights, divided by their number; null where log Z was given.</param>
/// <param name="MeanEnergy">⟨U⟩ over all data.</param>
/// <param name="Entropy">⟨U⟩ + log Z, the limit of a fully normalised NLL.</param>
/// <param name="WithoutConstant">The limit in the literature's convention.</param>
/// <param name="DistanceEncoder">
/// KL(p‖q) by the encoder, over the evaluated data: energies and likelihoods of the same systems,
/// whose chance deviations cancel. So it is more precise than the difference of NLL and limit.
/// </param>
/// <param name="DistanceDecoder">The same by the decoder.</param>
internal sealed record EntropyLimit(
    MeanEstimate LogZ, int? Chains, int? Steps, double? EffectiveShare, MeanEstimate MeanEnergy, MeanEstimate Entropy, double WithoutConstant,
    MeanEstimate DistanceEncoder, MeanEstimate DistanceDecoder)
{
    /// <summary>The same by replica exchange alone, whatever the data are; null in older files.</summary>
    public ExchangeEstimate? Exchange { get; init; }
}

/// <summary>What replica exchange tells of a system: a second method, on draws of its own.</summary>
/// <param name="LogZ">By Bennett's acceptance ratio between its replicas.</param>
/// <param name="MeanEnergy">⟨U⟩ over its draws.</param>
/// <param name="Entropy">⟨U⟩ + log Z.</param>
/// <param name="WithoutConstant">That in the literature's convention.</param>
/// <param name="Samples">How many draws.</param>
/// <param name="Replicas">How many replicas between a Gaussian and the system.</param>
/// <param name="Faults">Why it is not to be trusted; empty where nothing speaks against it.</param>
internal sealed record ExchangeEstimate(
    MeanEstimate LogZ, MeanEstimate MeanEnergy, MeanEstimate Entropy, double WithoutConstant, long Samples, int Replicas, IReadOnlyList<string> Faults)
{
    /// <summary>Of the chains' report.</summary>
    public static ExchangeEstimate Of(SamplingReport report) => new(
        report.LogZ, new(report.Energy.Mean, report.Energy.StandardError), report.Entropy,
        report.Entropy.Value - SubspaceNll.Constant(report.Dimension), report.Samples, report.Lambdas.Count, [.. report.Faults()]);
}

/// <summary>Systems that the flow drew.</summary>
/// <param name="Count">How many.</param>
/// <param name="NotFinite">How many of them have positions or a density that are not finite.</param>
/// <param name="PerSecond">Systems per second.</param>
/// <param name="PerSecondWithDensity">The same where their log-densities are computed too.</param>
/// <param name="Batch">Systems that were decoded at once.</param>
/// <param name="BatchWithDensity">The same with densities.</param>
internal sealed record SampledSystems(int Count, int NotFinite, double PerSecond, double PerSecondWithDensity, int Batch, int BatchWithDensity)
{
    /// <summary>Of the decoder at the draws: those of the other orientation have no weight. Null for flows that are one-to-one by construction.</summary>
    public Orientation? Orientation { get; init; }
}

/// <summary>What the importance weights exp(−U(x))/q(x) of the samples tell.</summary>
/// <param name="EffectiveShare">Kish's effective sample size, (Σw)²/Σw², divided by the number of samples.</param>
/// <param name="EffectiveSamples">The same, not divided.</param>
/// <param name="LargestShare">The largest weight's share of all weight.</param>
/// <param name="LogZ">log (1/N) Σw; its standard error is the bootstrap's. The free energy is −log Z.</param>
/// <param name="LogZDifference">That minus log Z of the limit; null where there is none.</param>
internal sealed record WeightSummary(double EffectiveShare, double EffectiveSamples, double LargestShare, MeanEstimate LogZ, MeanEstimate? LogZDifference);

/// <summary>A distribution of the data that were held out, and others against it.</summary>
/// <param name="DataMean">Its mean.</param>
/// <param name="Samples">The flow's samples.</param>
/// <param name="Reweighted">The same with their importance weights; null where there are none.</param>
/// <param name="Training">As many training data: what chance makes of two equal distributions.</param>
internal sealed record ComparedDistributions(double DataMean, ComparedDistribution Samples, ComparedDistribution? Reweighted, ComparedDistribution Training);

/// <summary>A distribution against the data's.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Wasserstein1">The Wasserstein-1 distance, in the quantity's unit; far outliers dominate it.</param>
/// <param name="TotalVariation">The total variation over 20 bins of equal probability under the data, from 0 to 1.</param>
internal sealed record ComparedDistribution(double Mean, double Wasserstein1, double TotalVariation);

/// <summary>Free-energy differences −log P(d &gt; barrier)/P(d &lt; barrier) of a pair between its wells; null where all pairs are in one.</summary>
/// <param name="Barrier">The distance between the wells.</param>
/// <param name="Data">By all data.</param>
/// <param name="Samples">By the flow's samples.</param>
/// <param name="Reweighted">By the same with their importance weights.</param>
internal sealed record ComparedFreeEnergies(double Barrier, MeanEstimate? Data, MeanEstimate? Samples, MeanEstimate? Reweighted);
