using FFF.Kernels.Classifiers;
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
/// permuted and cut into k folds; for each fold, a classifier (<see cref="ClassifierLayout"/>) is trained on the others
/// (<see cref="ClassifierTraining"/>) and scored on it. Folds, initial weights and the order of the points are those
/// of scikit-learn with the same seed (<see cref="NumpyRandom"/>): what differs is rounding, in single precision.
/// </para>
/// <para>
/// The classifiers of all folds and all pairs train together as one batched model: as tensors on a GPU, and
/// on a CPU with its rows shared out to the cores. Only where their numbers of training points differ (pairs of unequal
/// size, or N not a multiple of k) there is one batched model for each number.
/// </para>
/// <para>
/// The same seed gives the same bits on the same processor, whatever the number of threads and the other pairs. Between
/// processors, and on a GPU, rounding differs, and after thousands of steps the accuracies do in the third decimal.
/// </para>
/// </remarks>
public static class C2st
{
    /// <summary>Scores each pair of samples.</summary>
    /// <param name="pairs">
    /// Samples [N, D] and reference samples [M, D], of any floating type on any device; D is the same for
    /// all pairs. Give equal numbers: chance is the share of the larger sample, which is a half only then.
    /// </param>
    /// <param name="options">Seed, folds and device.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <param name="stop">Asks to stop before the next epoch, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A score per pair, in their order.</returns>
    /// <exception cref="C2stException">
    /// A pair cannot be tested: its shape, its size, a value, or a constant reference column; or its training did not stay finite.
    /// </exception>
    public static IReadOnlyList<C2stScore> Run(
        IReadOnlyList<(Tensor Samples, Tensor Reference)> pairs, C2stOptions options, IProgress<C2stProgress>? progress = null,
        CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        C2stInput.Check(pairs, options);
        Tensor[] points = [.. pairs.Select((pair, i) => C2stInput.Pool(pair.Samples, pair.Reference, i))];
        var folds = points.SelectMany((p, i) => HeldOutFold.Of(p.shape[0], i, options)).ToList();

        var accuracies = points.Select(_ => new double[options.Folds]).ToArray();
        var (finished, layout) = (0, new ClassifierLayout((int)points[0].shape[1] - 2));
        foreach (var group in folds.GroupBy(fold => fold.Train.Length).Select(group => group.ToList()))
        {
            var random = new NumpyRandom((uint)options.Seed);
            using var classifiers = IClassifiers.Of(layout, group, points, random, options.Device ?? CPU);
            foreach (var (fold, accuracy) in ClassifierTraining.Run(classifiers, group, random, () => new LossPlateau(), EpochEnded, stop))
            {
                accuracies[fold.Pair][fold.Index] = accuracy;
            }
        }

        return [.. accuracies.Select(C2stScore.FromFolds)];

        void EpochEnded(int epoch, int more)
        {
            finished += more;
            progress?.Report(new C2stProgress(epoch, finished, folds.Count));
        }
    }
}
