using FFF.Kernels.Classifiers;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>The batched model: one classifier for each fold, trained in step on equally many points.</summary>
internal interface IClassifiers : IDisposable
{
    /// <summary>An epoch of training for each classifier.</summary>
    /// <param name="order">The order in which each takes its n training points, a permutation of 0 to n − 1.</param>
    /// <param name="batchSize">How many at a time.</param>
    /// <returns>The mean loss of each.</returns>
    double[] Epoch(long[] order, int batchSize);

    /// <summary>The accuracy of a classifier on its held-out points.</summary>
    double Accuracy(int classifier);

    /// <summary>The mean cross-entropy of a classifier on its held-out points.</summary>
    double HeldOutLoss(int classifier);

    /// <summary>The parameters of a classifier, [P].</summary>
    float[] Parameters(int classifier);

    /// <summary>Goes on with the given classifiers only.</summary>
    void Keep(IReadOnlyList<int> classifiers);

    /// <summary>Those for a device, which all start from the same weights.</summary>
    /// <param name="layout">Their network.</param>
    /// <param name="folds">What they are trained and scored on; all with equally many training points.</param>
    /// <param name="points">The labelled points of each pair, [N, D + 2] (see <see cref="C2stInput.Pool"/>).</param>
    /// <param name="random">Draws the weights.</param>
    /// <param name="device">Where they are trained.</param>
    static IClassifiers Of(ClassifierLayout layout, IReadOnlyList<HeldOutFold> folds, IReadOnlyList<Tensor> points, NumpyRandom random, Device device)
    {
        var initial = layout.Initial(random);
        return device.type == DeviceType.CPU
            ? new CpuClassifiers(layout, initial, folds, [.. points.Select(p => p.data<float>().ToArray())], ClassifierTraining.BatchSize, get_num_threads())
            : new TensorClassifiers(layout, initial, folds, [.. points.Select(p => p.to(device))]);
    }
}
