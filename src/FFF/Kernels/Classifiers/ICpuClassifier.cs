namespace FFF.Kernels.Classifiers;

/// <summary>A classifier in memory, for vectors of any width.</summary>
internal interface ICpuClassifier : IDisposable
{
    /// <summary>The parameters, [P].</summary>
    ReadOnlySpan<float> Parameters { get; }

    /// <summary>The gradient of B times the loss at the last batch, [P].</summary>
    ReadOnlySpan<float> Gradient { get; }

    /// <summary>A training step for each batch of the given points.</summary>
    /// <param name="rows">Training points: rows of the labelled points.</param>
    /// <param name="order">The order in which they are taken.</param>
    /// <param name="batchSize">How many at a time.</param>
    /// <returns>The mean loss over the epoch.</returns>
    double Epoch(long[] rows, long[] order, int batchSize);

    /// <summary>B times the loss on a batch of points; its gradient is in <see cref="Gradient"/>.</summary>
    double LossAndGradient(ReadOnlySpan<long> batch);

    /// <summary>The mean cross-entropy at the given points, without the penalty of weights.</summary>
    double Loss(ReadOnlySpan<long> rows);

    /// <summary>The number of points whose more likely label is their own.</summary>
    int CountRight(ReadOnlySpan<long> rows);
}
