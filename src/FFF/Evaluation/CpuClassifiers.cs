using FFF.Kernels;
using FFF.Kernels.Classifiers;

namespace FFF.Evaluation;

/// <summary>The batched model on a CPU: its rows are shared out to the cores, which pass through an epoch in their cache.</summary>
/// <remarks>
/// <see cref="TensorClassifiers"/> compute the same, but at this size a processor is not kept busy by tensors. A step of
/// a classifier (D = 2, 200 points) takes 9 µs here on one core; there 17 µs if 50 train together, 30 to 40 if it
/// is the five of a single pair, since each of some 45 operations costs 2 µs to call.
/// </remarks>
internal sealed class CpuClassifiers : IClassifiers
{
    private readonly ParallelOptions _parallel;
    private List<(HeldOutFold Fold, ICpuClassifier Classifier)> _active;

    /// <summary>One classifier for each fold.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="initial">The initial parameters of each, [P].</param>
    /// <param name="folds">What they are trained and scored on.</param>
    /// <param name="points">The labelled points of each pair, [N, D + 2] (see <see cref="C2stInput.Pool"/>).</param>
    /// <param name="batchSize">The most points in a batch.</param>
    /// <param name="threads">How many cores to use.</param>
    public CpuClassifiers(ClassifierLayout layout, float[] initial, IReadOnlyList<HeldOutFold> folds, IReadOnlyList<float[]> points, int batchSize, int threads)
    {
        _active = [.. folds.Select(fold => (fold, FusedKernels.Chosen!.Classifier(layout, initial, points[fold.Pair], batchSize)))];
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
    }

    /// <inheritdoc/>
    public double[] Epoch(long[] order, int batchSize)
    {
        var losses = new double[_active.Count];
        Parallel.For(0, losses.Length, _parallel, i => losses[i] = _active[i].Classifier.Epoch(_active[i].Fold.Train, order, batchSize));
        return losses;
    }

    /// <inheritdoc/>
    public double Accuracy(int classifier) =>
        (double)_active[classifier].Classifier.CountRight(_active[classifier].Fold.Test) / _active[classifier].Fold.Test.Length;

    /// <inheritdoc/>
    public double HeldOutLoss(int classifier) => _active[classifier].Classifier.Loss(_active[classifier].Fold.Test);

    /// <inheritdoc/>
    public float[] Parameters(int classifier) => _active[classifier].Classifier.Parameters.ToArray();

    /// <inheritdoc/>
    public void Keep(IReadOnlyList<int> classifiers)
    {
        foreach (var i in Enumerable.Range(0, _active.Count).Except(classifiers))
        {
            _active[i].Classifier.Dispose();
        }

        _active = [.. classifiers.Select(i => _active[i])];
    }

    /// <inheritdoc/>
    public void Dispose() => Keep([]);
}
