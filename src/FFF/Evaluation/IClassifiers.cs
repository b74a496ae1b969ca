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

    /// <summary>Goes on with the given classifiers only.</summary>
    void Keep(IReadOnlyList<int> classifiers);
}
