using System.Diagnostics;
using FFF.Datasets.Particles;
using FFF.Evaluation;
using FFF.Evaluation.Boltzmann;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluations.Boltzmann;

/// <summary>An evaluation, and the distributions behind it.</summary>
/// <param name="Report">The numbers.</param>
/// <param name="Energies">Of data and samples; null where the energy is not known.</param>
/// <param name="PairDistances">Of data and samples.</param>
internal sealed record BoltzmannResult(BoltzmannReport Report, SampledDistributions? Energies, SampledDistributions PairDistances)
{
    /// <summary>As it is kept and shown.</summary>
    public EvaluationResult Result() => new(Report.Json(), Report.Metrics(), BoltzmannTable.Of(Report))
    {
        Doubts = Report.Doubts,
        Figures = [new("boltzmann", ".png", (run, path) => BoltzmannPlot.Save(this, $"{run}: {Report.Data}", path))],
    };
}

/// <summary>The distributions of one quantity.</summary>
/// <param name="Data">Of the data that were held out.</param>
/// <param name="Samples">Of the flow's samples.</param>
/// <param name="Reweighted">Of the same with their importance weights; null where there are none.</param>
internal sealed record SampledDistributions(EmpiricalDistribution Data, EmpiricalDistribution Samples, EmpiricalDistribution? Reweighted);

/// <summary>
/// Evaluates a flow on particles as a Boltzmann generator: exact likelihoods of held-out data and their distance to the
/// entropy, and samples with importance weights, where the energy is known.
/// </summary>
internal static class BoltzmannGenerator
{
    // One for all runs, so that they share the estimate.
    private const long AnnealingSeed = 0;
    private const int ExchangePerChain = 5;

    /// <summary>Estimates log Z of the system by annealed importance sampling, or reads the estimate from the cache.</summary>
    /// <returns>Null where the energy is not known, or the options leave it out.</returns>
    public static LogPartition? LogPartitionOf(
        BoltzmannData data, BoltzmannEvaluation options, Device device, Action<string>? warn = null, IProgress<SamplingProgress>? progress = null,
        CancellationToken stop = default) =>
        (data.System, options.Annealing) switch
        {
            ({ } system, { } annealing) when data.Cached => LogPartitionCache.OfUser(warn).Get(system, AnnealingSeed, annealing, device, progress, stop),
            ({ } system, { } annealing) => AnnealedImportanceSampling.Estimate(system, AnnealingSeed, annealing, device, progress, stop),
            _ => null,
        };

    /// <summary>
    /// Draws from the system by replica exchange, which gives log Z and ⟨U⟩ a second time by other means, or reads what was drawn from
    /// the cache.
    /// </summary>
    /// <returns>Null where the energy is not known, or the options leave it out.</returns>
    public static SamplingReport? ExchangeOf(
        BoltzmannData data, BoltzmannEvaluation options, Device device, Action<string>? warn = null, IProgress<SamplingProgress>? progress = null,
        CancellationToken stop = default)
    {
        if (data.System is not { } system || options.Annealing is not { } annealing)
        {
            return null;
        }

        // No data's seed, so that it is a test of data that chains drew, too.
        var (count, seed) = ((long)ExchangePerChain * annealing.Chains, NamedSeed.Derive(AnnealingSeed, "boltzmann/exchange"));
        var (positions, report) = data.Cached
            ? ParticleSampleCache.OfUser(warn).Get(system, count, seed, device, progress, stop)
            : ParticleSampler.Draw(system, count, seed, device: device, progress: progress, stop: stop);
        positions.Dispose();
        return report;
    }

    /// <summary>Evaluates a flow.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="data">The data that it was trained on.</param>
    /// <param name="partition">What <see cref="LogPartitionOf"/> gave; null where log Z is given or left out.</param>
    /// <param name="exchange">What <see cref="ExchangeOf"/> gave; null leaves the second estimate out.</param>
    /// <param name="options">Samples and batches.</param>
    /// <param name="seed">Of the samples.</param>
    /// <param name="checkpoint">The checkpoint that the flow is from, for the report.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="stop">Asks to stop before the next batch, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="BoltzmannException">No sample of the flow is finite, or the energy of no data.</exception>
    public static BoltzmannResult Evaluate(
        DensityModel flow, BoltzmannData data, LogPartition? partition, SamplingReport? exchange, BoltzmannEvaluation options, long seed, string checkpoint,
        IProgress<SamplingProgress>? progress = null, CancellationToken stop = default)
    {
        var clock = Stopwatch.StartNew();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var samples = BoltzmannSamples.Draw(flow, data, options, seed, progress, stop);
        var likelihood = HeldOutLikelihood.Of(flow, data, progress, stop);
        var energies = data.Energy is { } energy && EmpiricalDistribution.Of(samples.Energies!) is { } ofSamples
            ? new SampledDistributions(EnergyDistribution(energy, data.HeldOut), ofSamples,
                samples.WeightOfEach is { } w ? EmpiricalDistribution.Of(samples.Energies!, w) : null)
            : null;
        var distances = PairDistances.Of(samples.X, data.Shape);
        var (dimension, pairs) = (data.Shape.MeanFreeDimension, PairDistances.Count(data.Shape));
        var distributions = new SampledDistributions(
            Distances(data.HeldOut, data)!, EmpiricalDistribution.Of(distances)!,
            samples.WeightOfEach is { } weights
                ? EmpiricalDistribution.Of(distances, [.. weights.SelectMany(weight => Enumerable.Repeat(weight, pairs))])
                : null);
        var logZ = data.Energy is null ? null : options.GivenLogZ ?? (partition is null ? null : new MeanEstimate(partition.LogZ, partition.StandardError));
        var report = new BoltzmannReport(
            data.Name, data.Energy?.Name, data.Shape.Particles, data.Shape.Dimensions, checkpoint, seed, data.Split, likelihood.Encoder.Length,
            SubspaceNll.Constant(dimension), SubspaceNll.Of(likelihood.Encoder, dimension, data.Correlation),
            SubspaceNll.Of(likelihood.Decoder, dimension, data.Correlation), MeanEstimate.Of(likelihood.Reconstruction, data.Correlation),
            logZ is null ? null : Limit(logZ, partition, exchange, options.Annealing, data, likelihood),
            samples.Drawn, samples.Weights is null ? null : Summary(samples.Weights, logZ, seed),
            energies is null ? null : Compare(energies, EnergyDistribution(data.Energy!, data.Training)),
            Compare(distributions, Distances(data.Training, data)!),
            data.Energy?.PairBarrier is { } barrier ? FreeEnergies(barrier, data, distances, samples.WeightOfEach) : null,
            [], [], 0)
        {
            Correlated = data.Correlation is not null,
            EncoderOrientation = likelihood.EncoderOrientation,
            DecoderOrientation = likelihood.DecoderOrientation,
            Mass = EncoderMass.Of(
                flow, new Samples(data.HeldOut, null), seed, options.Count, share => progress?.Report(new("encoder's mass", share)), stop),
        };
        var whole = report with
        {
            LeftOut = [.. BoltzmannDoubts.LeftOut(report)],
            Doubts = [.. BoltzmannDoubts.Of(report), .. OffSubspace.Doubts(flow, new Samples(data.HeldOut, null)), .. data.Doubts],
            Seconds = clock.Elapsed.TotalSeconds,
        };
        return new(whole, energies, distributions);
    }

    /// <summary>[N], of any type and on any device, as numbers.</summary>
    internal static double[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.to(float64).cpu().contiguous().data<double>().ToArray();
    }

    /// <summary>U of systems, [B, N·d].</summary>
    internal static double[] Energies(IEnergy energy, Tensor x)
    {
        using var scope = NewDisposeScope();
        return Numbers(energy.Energy(x.to(float64)));
    }

    private static EmpiricalDistribution EnergyDistribution(IEnergy energy, Tensor x) => EmpiricalDistribution.Of(Energies(energy, x))
        ?? throw new BoltzmannException($"None of the data has a finite energy: they are no samples of {energy.Name}. Correct data.system or data.energy.");

    private static EmpiricalDistribution? Distances(Tensor x, BoltzmannData data) => EmpiricalDistribution.Of(PairDistances.Of(x, data.Shape));

    private static EntropyLimit Limit(
        MeanEstimate logZ, LogPartition? partition, SamplingReport? exchange, AnnealingSettings? annealing, BoltzmannData data, HeldOutLikelihood likelihood)
    {
        var energy = MeanEstimate.Of(Energies(data.Energy!, data.All), data.Correlation);
        var entropy = energy + logZ;
        var ofHeldOut = Energies(data.Energy!, data.HeldOut);
        MeanEstimate Distance(double[] logLikelihood) => MeanEstimate.Of([.. logLikelihood.Zip(ofHeldOut, (logQ, u) => -logQ - u)], data.Correlation) - logZ;
        return new(
            logZ, annealing?.Chains, annealing?.Steps, partition?.EffectiveShare, energy, entropy,
            entropy.Value - SubspaceNll.Constant(data.Shape.MeanFreeDimension), Distance(likelihood.Encoder), Distance(likelihood.Decoder))
        {
            Exchange = exchange is null ? null : ExchangeEstimate.Of(exchange),
        };
    }

    private static WeightSummary Summary(ImportanceWeights weights, MeanEstimate? reference, long seed)
    {
        var logZ = new MeanEstimate(weights.LogMean, weights.LogMeanStandardError(seed));
        return new(weights.EffectiveShare, weights.EffectiveSamples, weights.LargestShare, logZ, reference is null ? null : logZ - reference);
    }

    private static ComparedDistributions Compare(SampledDistributions of, EmpiricalDistribution training)
    {
        ComparedDistribution Against(EmpiricalDistribution other) => new(other.Mean, of.Data.Wasserstein1(other), of.Data.TotalVariationOf(other));
        return new(of.Data.Mean, Against(of.Samples), of.Reweighted is null ? null : Against(of.Reweighted), Against(training));
    }

    private static ComparedFreeEnergies FreeEnergies(double barrier, BoltzmannData data, double[] distances, double[]? weights)
    {
        var pairs = PairDistances.Count(data.Shape);
        return new(
            barrier, PairFreeEnergy.Of(PairDistances.Of(data.All, data.Shape), pairs, barrier, null, data.Correlation),
            PairFreeEnergy.Of(distances, pairs, barrier), weights is null ? null : PairFreeEnergy.Of(distances, pairs, barrier, weights));
    }
}
