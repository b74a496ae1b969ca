using System.Diagnostics;
using FFF.Evaluation;
using FFF.Evaluations.Calibration;
using FFF.Formats;
using FFF.Numerics;
using FFF.Randomness;
using FFF.Sampling;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluations.Local;

/// <summary>Observations whose posteriors are tested.</summary>
/// <param name="Rows">x_o, [R, C], in their own units.</param>
/// <param name="Words">How many, for people.</param>
/// <param name="Name">What tells them from others, for a file's name.</param>
/// <param name="First">The number of the first.</param>
internal sealed record ObservedRows(Tensor Rows, string Words, string Name, int First)
{
    /// <summary>What speaks against trusting results on them.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];
}

/// <summary>How much is computed.</summary>
/// <param name="Samples">M, samples of the posterior of each observation.</param>
/// <param name="Nulls">H.</param>
internal sealed record LocalC2stSize(int Samples, int Nulls);

/// <summary>
/// The local test of a run's posteriors (<see cref="LocalC2st"/>). Parameters and conditions are compared as the flow is given them: on these scales none has
/// heavy tails or a bound.
/// </summary>
internal static class LocalCheck
{
    private const int ChunkRows = 10_000;

    /// <summary>Tests.</summary>
    /// <param name="run">The run.</param>
    /// <param name="pairs">Pairs that the classifiers learn from.</param>
    /// <param name="observed">The observations.</param>
    /// <param name="size">How much is computed.</param>
    /// <param name="progress">Told after each epoch of the classifiers.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EvaluationException">The flow gives no numbers.</exception>
    public static EvaluationResult Of(
        EvaluatedRun run, CalibrationPairs pairs, ObservedRows observed, LocalC2stSize size, IProgress<C2stProgress>? progress, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        var sampler = new RunSampler(run.Loaded);
        var estimated = Estimated(sampler, pairs, run.Seed, stop);
        Tensor[] draws = [.. Enumerable.Range(0, (int)observed.Rows.shape[0]).Select(r => Draws(sampler, observed, r, size.Samples, run.Seed))];
        var (theta, x) = Scaled(run, pairs.Parameters, pairs.Conditions);
        var (thetaOfFlow, _) = Scaled(run, estimated, pairs.Conditions);
        var usable = (theta.isfinite().all(1) & thetaOfFlow.isfinite().all(1) & x.isfinite().all(1)).nonzero().flatten();
        Require(usable.shape[0], pairs.Count, "pairs");
        var scaledDraws = draws.Select((draw, r) => Scaled(run, draw, observed.Rows[r].unsqueeze(0).expand(draw.shape[0], -1))).ToList();
        Tensor[] scaled = [.. scaledDraws.Select(draw => draw.Parameters)];
        var scaledObservations = scaledDraws.Select(draw => draw.Conditions.narrow(0, 0, 1));
        Tensor[] kept = [.. scaled.Select(draw => draw.isfinite().all(1).nonzero().flatten())];
        Array.ForEach(kept, places => Require(places.shape[0], size.Samples, "samples of an observation"));

        Tensor Usable(Tensor rows) => rows.index_select(0, usable);
        var input = new LocalC2stInput(Usable(theta), Usable(thetaOfFlow), Usable(x), cat([.. scaledObservations], 0),
            [.. scaled.Zip(kept, (draw, places) => draw.index_select(0, places))]);
        var scores = LocalC2st.Run(input, size.Nulls, run.Seed, run.Flow.Device, progress, stop);
        var tested = scores.Zip(draws, kept).Select(one => new TestedObservation(one.First, SampledColumns(one.Second.index_select(0, one.Third)))).ToList();
        var samples = draws.Sum(draw => draw.shape[0]) - kept.Sum(one => one.shape[0]);
        IReadOnlyList<string> lost = [.. Lost(pairs.Count - usable.shape[0], "pair"), .. Lost(samples, "sample")];
        return LocalC2stReport.Of(run, pairs, observed, size, tested, lost, clock.Elapsed.TotalSeconds).Result(tested);
    }

    /// <summary>θ̃_n ~ q(θ | x_n), [N, D].</summary>
    private static Tensor Estimated(RunSampler sampler, CalibrationPairs pairs, long seed, CancellationToken stop)
    {
        var drawn = new List<Tensor>();
        foreach (var (first, count) in RowChunks.Of(pairs.Count, ChunkRows))
        {
            stop.ThrowIfCancellationRequested();
            drawn.Add(sampler.Draw(new()
            {
                Count = count,
                Condition = pairs.Conditions.narrow(0, first, count),
                Seed = NamedSeed.Derive(seed, "local-c2st/pairs", first),
            }).Values);
        }

        return cat(drawn, 0);
    }

    /// <summary>θ̃_i ~ q(θ | x_o), [M, D].</summary>
    private static Tensor Draws(RunSampler sampler, ObservedRows observed, int row, int count, long seed) =>
        sampler.Draw(new() { Count = count, Condition = observed.Rows[row], Seed = NamedSeed.Derive(seed, "local-c2st/draws", row) }).Values;

    /// <summary>Both as the flow is given them, [N, D] and [N, C], float64 on the CPU.</summary>
    private static (Tensor Parameters, Tensor Conditions) Scaled(EvaluatedRun run, Tensor parameters, Tensor conditions)
    {
        var transformed = run.Flow.Transformed(new Samples(parameters, RunConditions.ForFlow(run.Loaded, conditions))).Samples;
        return (transformed.Data.cpu().to(float64), transformed.Condition!.cpu().to(float64));
    }

    private static double[][] SampledColumns(Tensor draws) =>
        [.. Enumerable.Range(0, (int)draws.shape[1]).Select(d => draws.select(1, d).cpu().to(float64).contiguous().data<double>().ToArray())];

    /// <summary>Half of them at least are needed for a test of what the flow gives where it gives numbers.</summary>
    private static void Require(long finite, long count, string what)
    {
        if (2 * finite < count)
        {
            throw new EvaluationException($"only {NumberText.Count(finite)} of {NumberText.Count(count)} {what} are finite: the decoder gives no number there. "
                + "Train with a lower learning rate.");
        }
    }

    private static IEnumerable<string> Lost(long count, string what) =>
        count == 0 ? [] : [$"{NumberText.Counted(count, what)} left out: they are not finite, or have no place in the flow's units."];
}
