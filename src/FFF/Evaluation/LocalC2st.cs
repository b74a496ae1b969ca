using FFF.Kernels.Classifiers;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>What a posterior estimate is tested by, all on scales on which it can be learnt.</summary>
/// <param name="Parameters">θ_n, true parameters, [N, D].</param>
/// <param name="Estimated">θ̃_n ~ q(θ | x_n), one for each, [N, D].</param>
/// <param name="Conditions">x_n, [N, C].</param>
/// <param name="Observations">x_o, [R, C].</param>
/// <param name="Draws">θ̃_i ~ q(θ | x_o), where the classifier is evaluated, [M_r, D] for each observation.</param>
internal sealed record LocalC2stInput(Tensor Parameters, Tensor Estimated, Tensor Conditions, Tensor Observations, IReadOnlyList<Tensor> Draws);

/// <summary>The local two-sample test at an observation.</summary>
/// <param name="Statistic">t̂ = (1/M) Σ (d(θ̃_i, x_o) − ½)²: 0 where no difference is found, at most ¼.</param>
/// <param name="Null">The same of the classifiers whose labels were swapped at random, H of them.</param>
/// <param name="Probabilities">d(θ̃_i, x_o) at each draw, [M]: above ½ the posterior has more mass there than q, below it less.</param>
internal sealed record LocalC2stScore(double Statistic, IReadOnlyList<double> Null, IReadOnlyList<double> Probabilities)
{
    /// <summary>(1 + k) / (H + 1), with k of H null statistics that are at least as large (Phipson and Smyth, 2010).</summary>
    public double PValue => (1.0 + Null.Count(value => value >= Statistic)) / (Null.Count + 1);
}

/// <summary>
/// The local classifier two-sample test, L-C2ST: whether q(θ | x_o) is the posterior, without samples of the posterior.
/// </summary>
/// <remarks>
/// Linhart, Gramfort and Rodrigues, "L-C2ST: Local Diagnostics for Posterior Approximations in Simulation-Based Inference", NeurIPS 2023.
/// <code>
/// (θ̃_n, x_n), θ̃_n ~ q(θ | x_n), label 0;   (θ_n, x_n) ~ p(θ) p(x | θ), label 1
/// d(θ, x) = a classifier's probability of the label 1, trained on both
/// t̂(x_o) = (1/M) Σ (d(θ̃_i, x_o) − ½)²,   θ̃_i ~ q(θ | x_o)
/// </code>
/// If q is the posterior, θ_n and θ̃_n of the same x_n can be exchanged: the null distribution of t̂ is that of classifiers, trained in the same way, for whose
/// labels a fair coin decided for each n whether the two are swapped. So the p-value holds whatever the classifier, which decides the power alone. Where q is
/// right at x_o but wrong near it, a classifier of few pairs is too smooth to see the border, and blames it at x_o as well.
/// <para>
/// d is the mean of the classifiers (<see cref="ClassifierLayout"/>, at most 100 units in a layer) of k folds of the pairs, each of which is stopped where the
/// loss on its own fold is the lowest: what was learnt by heart would be noise in t̂. All k (H + 1) train together as one batched model.
/// </para>
/// </remarks>
internal static class LocalC2st
{
    /// <summary>k.</summary>
    public const int Folds = 5;

    /// <summary>Fewer pairs teach a classifier nothing.</summary>
    public const int MinPairs = 100;

    private const int MaxHidden = 100;

    /// <summary>Tests each observation.</summary>
    /// <param name="input">What it is tested by, finite, of any floating type on any device.</param>
    /// <param name="nulls">H.</param>
    /// <param name="seed">Of folds, swapped labels, initial weights and the order of the points.</param>
    /// <param name="device">Where the classifiers are trained.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <param name="stop">Asks to stop before the next epoch, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>R scores.</returns>
    /// <exception cref="C2stException">Training did not stay finite.</exception>
    public static IReadOnlyList<LocalC2stScore> Run(LocalC2stInput input, int nulls, long seed, Device device, IProgress<C2stProgress>? progress = null,
        CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var truth = Joined(input.Parameters, input.Conditions);
        var (std, mean) = std_mean(truth, 0, unbiased: true, keepdim: true);
        std = std.masked_fill(std.eq(0), 1); // A column that is the same everywhere tells nothing.
        var pooled = cat([Labelled(Joined(input.Estimated, input.Conditions), -1), Labelled(truth, 1)], 0);
        Tensor[] points = [pooled, .. Enumerable.Range(0, nulls).Select(h => Swapped(pooled, NamedSeed.Derive(seed, "local-c2st/labels", h)))];
        Tensor At(Tensor draws, int r) => Joined(draws, input.Observations[r].unsqueeze(0).expand(draws.shape[0], -1));
        var evaluated = Labelled(cat([.. input.Draws.Select(At)], 0), 1).narrow(1, 0, pooled.shape[1] - 1).unsqueeze(0);

        var folds = FoldsOf(pooled.shape[0] / 2, nulls + 1, seed).ToList();
        var random = new NumpyRandom((uint)(NamedSeed.Derive(seed, "local-c2st/classifiers") & uint.MaxValue));
        var layout = LayoutOf((int)pooled.shape[1] - 2);
        var probabilities = points.Select(_ => zeros(evaluated.shape[1], float64)).ToArray();
        var finished = 0;
        foreach (var group in folds.GroupBy(fold => fold.Train.Length).Select(group => group.ToList()))
        {
            using var classifiers = IClassifiers.Of(layout, group, points, random, device);
            foreach (var (fold, parameters) in ClassifierTraining.Run(classifiers, group, random, () => new EarlyStopping(), EpochEnded, stop))
            {
                using var one = Probabilities(layout, parameters, evaluated);
                probabilities[fold.Pair].add_(one / Folds);
            }
        }

        var first = 0L;
        return [.. input.Draws.Select(draws =>
        {
            var (start, count) = (first, draws.shape[0]);
            first += count;
            var statistics = probabilities.Select(d => Statistic(d.narrow(0, start, count))).ToList();
            return new LocalC2stScore(statistics[0], statistics[1..], probabilities[0].narrow(0, start, count).data<double>().ToArray());
        })];

        Tensor Labelled(Tensor rows, double sign)
        {
            var z = ((rows - mean) / std).to_type(float32);
            return cat([z, ones(rows.shape[0], 1), full(rows.shape[0], 1, sign, dtype: float32)], 1);
        }

        void EpochEnded(int epoch, int more)
        {
            finished += more;
            progress?.Report(new C2stProgress(epoch, finished, folds.Count));
        }
    }

    /// <summary>The classifier for so many columns.</summary>
    internal static ClassifierLayout LayoutOf(int columns) => new(columns) { Hidden = Math.Min(MaxHidden, new ClassifierLayout(columns).Hidden) };

    /// <summary>d of a classifier, [N], float64.</summary>
    /// <param name="layout">Its network.</param>
    /// <param name="parameters">Its parameters, [P].</param>
    /// <param name="points">Where it is evaluated, with a last column of ones, [1, N, D + C + 1], float32 on the CPU.</param>
    internal static Tensor Probabilities(ClassifierLayout layout, float[] parameters, Tensor points)
    {
        using var scope = NewDisposeScope();
        using var one = new ClassifierBatch(layout, tensor(parameters).unsqueeze(0).DetachFromDisposeScope());
        return one.Logits(points).view(-1).to(float64).sigmoid().MoveToOuterDisposeScope();
    }

    private static double Statistic(Tensor probabilities)
    {
        using var scope = NewDisposeScope();
        return (probabilities - 0.5).square().mean().item<double>();
    }

    private static Tensor Joined(Tensor parameters, Tensor conditions) => cat([parameters.cpu().to(float64), conditions.cpu().to(float64)], 1);

    /// <summary>The k folds of N pairs, the same for all classifiers: both rows of a pair, n and N + n, are held out together.</summary>
    private static IEnumerable<HeldOutFold> FoldsOf(long pairs, int classifiers, long seed)
    {
        using var random = NamedSeed.Stream(seed, "local-c2st/folds");
        using var permutation = random.Permutation(pairs);
        var order = permutation.data<long>().ToArray();
        long[] Both(IEnumerable<long> of) => [.. of.Order().SelectMany(n => (long[])[n, pairs + n])];
        var folds = Enumerable.Range(0, Folds)
            .Select(k => (Train: Both(order.Where((_, i) => i % Folds != k)), Test: Both(order.Where((_, i) => i % Folds == k)))).ToList();
        return Enumerable.Range(0, classifiers).SelectMany(c => folds.Select((fold, k) => new HeldOutFold(c, k, fold.Train, fold.Test)));
    }

    /// <summary>The points with the labels of a fair coin for each pair: one of its rows has the one, the other the other.</summary>
    private static Tensor Swapped(Tensor pooled, long seed)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream((ulong)seed);
        var signs = (2 * random.Integers(0, 2, [pooled.shape[0] / 2])) - 1;
        var swapped = pooled.clone();
        swapped.select(1, pooled.shape[1] - 1).copy_(cat([signs, -signs], 0));
        return swapped.MoveToOuterDisposeScope();
    }
}
