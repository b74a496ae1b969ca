using FFF.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>
/// The classifier two-sample test (Lopez-Paz and Oquab, 2017) as the sbibm benchmark does it (Lueckmann et al., 2021,
/// <c>metrics/c2st.py</c>): the cross-validated accuracy of a classifier that tells samples from reference samples.
/// 0.5: no difference found; 1: fully told apart.
/// </summary>
/// <remarks>
/// <para>
/// Both samples are z-scored with the mean and the standard deviation (n − 1) of the reference. The pooled N points are
/// permuted and cut into k folds, the first N mod k of them one point larger; for each fold, a classifier
/// (<see cref="ClassifierBatch"/>) is trained on the others (<see cref="ClassifierTraining"/>) and scored on it.
/// </para>
/// <para>
/// The classifiers of all folds and all pairs train together as one batched model: on a GPU as a whole, on a CPU in one
/// share per core. Only where their numbers of training points differ (pairs of unequal size, or N not a multiple of
/// k) there is one batched model for each number.
/// </para>
/// <para>
/// The same seed gives the same bits on the same device with as many threads; otherwise rounding differs, and after
/// some thousand steps of training the accuracies do, within the spread of different seeds.
/// </para>
/// </remarks>
public static class C2st
{
    /// <summary>Scores each pair of samples.</summary>
    /// <param name="pairs">Samples [N, D] and reference samples [M, D], of any floating type on any device; D is the same for all pairs.</param>
    /// <param name="options">Seed, folds and device.</param>
    /// <param name="progress">Told after each epoch, on the thread that trains.</param>
    /// <returns>A score per pair, in their order.</returns>
    /// <exception cref="C2stException">A pair cannot be tested: its shape, its size, a value, or a constant reference column; or its training did not stay finite.</exception>
    public static IReadOnlyList<C2stScore> Run(
        IReadOnlyList<(Tensor Samples, Tensor Reference)> pairs, C2stOptions options, IProgress<C2stProgress>? progress = null)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        C2stInput.Check(pairs, options);
        var device = options.Device ?? CPU;
        Tensor[] points = [.. pairs.Select((pair, i) => C2stInput.Pool(pair.Samples, pair.Reference, i).to(device))];
        var held = points.SelectMany((p, i) => HoldOut(p.shape[0], i, options)).ToList();

        var accuracies = points.Select(_ => new double[options.Folds]).ToArray();
        var report = new C2stProgressSum(progress, held.Count);
        foreach (var group in held.GroupBy(fold => fold.Train.Length).Select(group => group.ToList()))
        {
            var threads = device.type == DeviceType.CPU ? Math.Min(get_num_threads(), group.Count) : 1;
            if (threads == 1)
            {
                Train(group);
                continue;
            }

            OneCoreEach.Run(Enumerable.Range(0, threads).Select(thread => (Action)(() => Train([.. group.Where((_, i) => i % threads == thread)]))));
        }

        return [.. accuracies.Select(C2stScore.FromFolds)];

        void Train(IReadOnlyList<HeldOutFold> folds)
        {
            foreach (var (fold, accuracy) in ClassifierTraining.Run(folds, points, options.Seed, report.EpochEnded))
            {
                accuracies[fold.Pair][fold.Index] = accuracy;
            }
        }
    }

    /// <summary>The k folds of N points: each point is held out once.</summary>
    private static IEnumerable<HeldOutFold> HoldOut(long count, int pair, C2stOptions options)
    {
        var order = Permutation(count, NamedSeed.Generator(CPU, options.Seed, "c2st/folds", pair));
        var start = 0;
        for (var i = 0; i < options.Folds; i++)
        {
            var size = (int)((count / options.Folds) + (i < count % options.Folds ? 1 : 0));
            long[] rest = [.. order.AsSpan(0, start), .. order.AsSpan(start + size)];

            // The folds of a pair share most of their points. In an order of their own, their batches do not.
            var own = Permutation(rest.Length, NamedSeed.Generator(CPU, options.Seed, "c2st/order", pair, i));
            yield return new HeldOutFold(pair, i, [.. own.Select(k => rest[k])], order.AsSpan(start, size).ToArray());
            start += size;
        }
    }

    private static long[] Permutation(long count, Generator generator)
    {
        using (generator)
        {
            using var order = randperm(count, generator: generator);
            return [.. order.data<long>()];
        }
    }
}
