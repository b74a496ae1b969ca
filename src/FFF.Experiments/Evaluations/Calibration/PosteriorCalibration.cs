using System.Diagnostics;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Evaluation.Calibration;
using FFF.Numerics;
using FFF.Randomness;
using FFF.Sampling;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluations.Calibration;

/// <summary>How far the evaluation has come.</summary>
/// <param name="Done">Pairs whose posteriors were sampled.</param>
/// <param name="Total">All pairs.</param>
internal readonly record struct CalibrationProgress(int Done, int Total);

/// <summary>Simulation-based calibration and expected coverage of a flow's posteriors.</summary>
/// <remarks>
/// <code>
/// θ*, x* ~ p(θ) p(x | θ);   θ_1, ..., θ_L ~ q(θ | x*)
/// u_d = randomised rank of θ*_d among the θ_l,d                      for each parameter d
/// a   = randomised rank of −log q(θ* | x*) among the −log q(θ_l | x*)
/// t   = randomised rank of |θ* − θ_r| among the |θ_l − θ_r|          for one random point θ_r
/// </code>
/// If q is the posterior, all of these are uniform on [0, 1]. q is the flow inside the prior's support, which is drawn from
/// by rejection; its normalisation there depends on x* only, and no rank depends on it. The densities of true parameters
/// and samples must be one and the same function: both are the encoder's, evaluated at the parameters themselves. The
/// density that a decoder gives along with its samples would differ by the reconstruction error, and make a posterior that
/// the decoder blurs look calibrated.
/// <para>
/// t is TARP of Lemos, Coogan, Hezaveh and Perreault-Levasseur, "Sampling-Based Accuracy Testing of Posterior Estimators for General Inference", ICML 2023:
/// it needs samples alone, and sees how parameters go together, which no u_d does. θ_r is another pair's θ*, drawn at random, and distances are
/// those of parameters divided by their deviations.
/// </para>
/// </remarks>
internal static class PosteriorCalibration
{
    /// <summary>Evaluates a flow on pairs.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="pairs">True parameters and their data.</param>
    /// <param name="names">The names of the parameters, D of them.</param>
    /// <param name="data">What the data are called in the report.</param>
    /// <param name="samples">L, posterior samples for each pair.</param>
    /// <param name="seed">Of the samples.</param>
    /// <param name="progress">Told after each chunk.</param>
    /// <param name="stop">Asks to stop before the next chunk, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CalibrationException">A posterior lies outside of the prior's support, or samples or densities are not finite.</exception>
    public static CalibrationReport Of(
        DensityModel flow, CalibrationPairs pairs, IReadOnlyList<string> names, string data, int samples, long seed,
        IProgress<CalibrationProgress>? progress = null, CancellationToken stop = default)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        var (ranks, levels, distances, share) = Ranks(flow, pairs, samples, seed, progress, stop);

        // The distances are tested as one more parameter is.
        var error = Verdict.ErrorOfEach(names.Count + 1);
        var band = CoverageBand.Of(pairs.Count, 1 - error);
        var coverage = ExpectedCoverage.Of(Numbers(levels));
        var whole = Verdict.Of(coverage, band);
        var parameters = names.Select((name, d) => Parameter(name, Numbers(ranks.select(1, d)), band, error)).ToArray();
        var tarp = Parameter(ParameterCalibration.Distances, Numbers(distances), band, error);
        var failing = parameters.Count(p => !p.Verdict.Calibrated);
        return new(
            data, pairs.Source, pairs.Count, samples, seed, share, whole.Calibrated && failing == 0 && tarp.Verdict.Calibrated,
            Words(whole, failing, parameters.Length, tarp.Verdict),
            ExpectedCoverage.Levels, band, coverage, [.. parameters.Select(p => p.Result)], clock.Elapsed.TotalSeconds)
        {
            Tarp = tarp.Result,
            Doubts = pairs.Doubts,
        };
    }

    /// <summary>The verdict on the whole posterior; where that is fine, but not all of its parameters are, how many of them; else that on distances.</summary>
    internal static string Words(Verdict whole, int failing, int parameters, Verdict? tarp = null) =>
        whole.Calibrated && failing > 0 ? $"{failing} of {parameters} parameters {(failing == 1 ? "fails" : "fail")} a test"
        : whole.Calibrated && tarp is { Calibrated: false } ? $"{ParameterCalibration.Distances}: {tarp}"
        : whole.ToString();

    private static (ParameterCalibration Result, Verdict Verdict) Parameter(string name, double[] ranks, CoverageBand band, double error)
    {
        var statistics = RankStatistics.Of(ranks);
        var coverage = ExpectedCoverage.OfCentralIntervals(ranks);
        var verdict = Verdict.Of(statistics, coverage, band, error);
        return (new(name, verdict.ToString(), statistics, coverage), verdict);
    }

    /// <summary>u, [N, D], a and t, [N], float64, and the share of the samples that lay in the prior's support.</summary>
    private static (Tensor Ranks, Tensor Levels, Tensor Distances, double? AcceptedShare) Ranks(
        DensityModel flow, CalibrationPairs pairs, int samples, long seed, IProgress<CalibrationProgress>? progress, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var (ranks, levels, distances) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        var points = RandomPoints.Of(pairs.Parameters, seed);
        var drawn = 0.0;
        foreach (var (first, count) in RowChunks.Of(pairs.Count, StreamBlock.Plain.Rows(flow.Device, samples)))
        {
            stop.ThrowIfCancellationRequested();
            using var chunk = NewDisposeScope();
            var (truth, condition) = (pairs.Parameters.narrow(0, first, count), pairs.Conditions.narrow(0, first, count));
            var repeated = condition.repeat_interleave(samples, 0);
            var draw = Draw(flow, pairs.Task, repeated, NamedSeed.Derive(seed, "calibration/posterior", first), first, count);
            drawn += count / draw.AcceptedShare!.Value;
            var densities = LogDensity(flow, pairs.Task, draw.Values, repeated).reshape(count, samples, 1);
            var truths = LogDensity(flow, pairs.Task, truth, condition).unsqueeze(1);
            RequireNumbers(draw.Values, densities, truths, first);

            using var random = NamedSeed.Stream(seed, "calibration/ranks", first);
            var uniform = random.Uniform([count, flow.Dimension + 1], float64);
            ranks.Add(RandomizedRank.Of(truth, draw.Values.reshape(count, samples, flow.Dimension), uniform.narrow(1, 0, flow.Dimension))
                .MoveToOuterDisposeScope());
            levels.Add(RandomizedRank.Of(-truths, -densities, uniform.narrow(1, flow.Dimension, 1)).squeeze(1).MoveToOuterDisposeScope());
            distances.Add(points.Ranks(first, truth, draw.Values.reshape(count, samples, flow.Dimension)).MoveToOuterDisposeScope());
            progress?.Report(new((int)(first + count), pairs.Count));
        }

        return (cat(ranks, 0).MoveToOuterDisposeScope(), cat(levels, 0).MoveToOuterDisposeScope(), cat(distances, 0).MoveToOuterDisposeScope(),
            pairs.Task is null ? null : pairs.Count / drawn);
    }

    /// <summary>One sample for each condition, in float32 as the true parameters are.</summary>
    private static DrawnSamples Draw(DensityModel flow, ISbiTask? task, Tensor conditions, long seed, long first, long count)
    {
        if (!conditions.isfinite().all().item<bool>())
        {
            throw new CalibrationException($"Among the simulations numbered {first + 1} to {first + count} there are conditions that are not finite.");
        }

        if (task is null)
        {
            return new(flow.Sample(conditions.shape[0], conditions, seed), AcceptedShare: 1);
        }

        try
        {
            return new PosteriorSampler(flow, task).Draw(new() { Count = conditions.shape[0], Condition = conditions, Seed = seed });
        }
        catch (DatasetException e)
        {
            throw new CalibrationException($"There is a simulation among those numbered {first + 1} to {first + count} for which the flow puts hardly any "
                    + "sample inside of the prior's support. It has not learnt these posteriors: train it longer.",
                e);
        }
    }

    /// <summary>log q(θ | x), up to a constant for each x: [N, D] and [N, C] to [N], float64.</summary>
    private static Tensor LogDensity(DensityModel flow, ISbiTask? task, Tensor parameters, Tensor conditions)
    {
        using var scope = NewDisposeScope();
        return flow.EncoderLogProb(new Samples(parameters, task?.ToCondition(conditions) ?? conditions)).MoveToOuterDisposeScope();
    }

    /// <summary>Not a number has no rank. A density may vanish, a sample must be finite.</summary>
    private static void RequireNumbers(Tensor samples, Tensor densities, Tensor truths, long first)
    {
        foreach (var (what, fine) in ((string, Tensor)[])
        [
            ("posterior samples", samples.isfinite()),
            ("densities of posterior samples", densities.isnan().logical_not()),
            ("densities of true parameters", truths.isnan().logical_not()),
        ])
        {
            if (!fine.all().item<bool>())
            {
                throw new CalibrationException($"From simulation {first + 1} on, some of the flow's {what} are no numbers. Training has diverged: "
                    + "lower training.optimizer.learning_rate and train again.");
            }
        }
    }

    private static double[] Numbers(Tensor values)
    {
        using var contiguous = values.contiguous();
        return contiguous.data<double>().ToArray();
    }
}
