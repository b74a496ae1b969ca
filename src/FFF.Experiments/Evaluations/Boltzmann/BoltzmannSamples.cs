using System.Diagnostics;
using FFF.Evaluation.Boltzmann;
using FFF.Flows;
using FFF.Numerics;
using FFF.Randomness;
using static TorchSharp.torch;
using SamplingProgress = FFF.Datasets.Particles.SamplingProgress;

namespace FFF.Evaluations.Boltzmann;

/// <summary>Systems x = g(z) that a flow drew, with the weights w = exp(−U(x))/q(x), log q(x) = log p(z) − log|det J_g(z)|.</summary>
/// <param name="Drawn">How many, and how fast.</param>
/// <param name="X">Those that are finite, with a finite density, [n, N·d], float64.</param>
/// <param name="Energies">U of each of them; null where it is not known.</param>
/// <param name="Weights">
/// Of all samples; null where the energy is not known, or no weight is above zero. Where the decoder reverses orientation it folds
/// back over what it has reached already: the latent density is restricted to where it does not, with its share P of the
/// draws as normaliser, q(x) = p(z) / (P |det J_g(z)|). That is the same as the weight zero for samples of the other orientation.
/// </param>
/// <param name="WeightOfEach">The normalised weight of each in <paramref name="X"/>.</param>
internal sealed record BoltzmannSamples(SampledSystems Drawn, Tensor X, double[]? Energies, ImportanceWeights? Weights, double[]? WeightOfEach)
{
    /// <summary>Draws samples, once without their densities and once with them.</summary>
    /// <exception cref="BoltzmannException">No sample is finite.</exception>
    public static BoltzmannSamples Draw(
        DensityModel flow, BoltzmannData data, BoltzmannEvaluation options, long seed, IProgress<SamplingProgress>? progress, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var count = options.Count;
        var (rows, rowsWithDensity) = (Math.Min(count, options.Rows(data.Shape, flow.Device)),
            Math.Min(count, options.RowsWithDensity(data.Shape, flow.Device)));
        var (systems, densities, signs) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());

        // What it takes to get going is no part of the rates.
        flow.SampleWithLogProb(rowsWithDensity, null, SeedOf(0));
        var rate = Rate(count, rows, (first, size) =>
        {
            flow.Sample(size, null, SeedOf(first));
            progress?.Report(new("samples", 0.5 * (first + size) / count));
        }, stop);
        var rateWithDensity = Rate(count, rowsWithDensity, (first, size) =>
        {
            var drawn = flow.SampleWithLogProb(size, null, SeedOf(first));
            systems.Add(drawn.X.MoveToOuterDisposeScope());
            densities.Add(drawn.LogProb.MoveToOuterDisposeScope());
            signs.AddRange(drawn.Sign is { } sign ? [sign.MoveToOuterDisposeScope()] : Array.Empty<Tensor>());
            progress?.Report(new("samples with densities", 0.5 + 0.5 * (first + size) / count));
        }, stop);
        var sign = signs.Count == 0 ? null : cat(signs, 0);
        return Weigh(cat(systems, 0).to(float64), cat(densities, 0), sign, data,
            new(count, 0, rate, rateWithDensity, rows, rowsWithDensity) { Orientation = Orientation.Of(sign) });

        long SeedOf(long first) => NamedSeed.Derive(seed, "boltzmann/samples", first);
    }

    private static BoltzmannSamples Weigh(Tensor x, Tensor logDensity, Tensor? sign, BoltzmannData data, SampledSystems drawn)
    {
        var finite = x.isfinite().all(1).logical_and(logDensity.isfinite()).nonzero().squeeze(1);
        var notFinite = drawn.Count - (int)finite.shape[0];
        if (notFinite == drawn.Count)
        {
            throw new BoltzmannException(
                "None of the flow's samples, or of their densities, is finite. Training has diverged: lower training.optimizer.learning_rate and train again.");
        }

        drawn = drawn with { NotFinite = notFinite };
        var kept = x.index_select(0, finite).MoveToOuterDisposeScope();
        if (data.Energy is not { } known)
        {
            return new(drawn, kept, null, null, null);
        }

        var energy = known.Energy(x);
        var logWeights = -energy - logDensity;
        var weights = ImportanceWeights.Of(
            BoltzmannGenerator.Numbers(sign is null ? logWeights : logWeights.where(Orientation.Relative(sign) > 0, double.NegativeInfinity)));
        double[]? ofEach = weights is null ? null : [.. finite.data<long>().Select(i => weights.Normalized[(int)i])];
        return new(drawn, kept, BoltzmannGenerator.Numbers(energy.index_select(0, finite)), weights, ofEach);
    }

    /// <summary>Systems per second.</summary>
    private static double Rate(int count, int rows, Action<long, long> draw, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        foreach (var (first, size) in RowChunks.Of(count, rows))
        {
            stop.ThrowIfCancellationRequested();
            using var batch = NewDisposeScope();
            draw(first, size);
        }

        return count / clock.Elapsed.TotalSeconds;
    }
}
