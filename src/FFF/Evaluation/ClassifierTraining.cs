namespace FFF.Evaluation;

/// <summary>
/// Trains the batched model until each classifier has converged (<see cref="IConvergence{T}"/>), at most 10,000 epochs, in
/// batches of 200 points and a new order each epoch.
/// </summary>
internal static class ClassifierTraining
{
    /// <summary>B.</summary>
    public const int BatchSize = 200;

    private const int MaxEpochs = 10_000;

    /// <summary>Trains the classifiers of the given folds.</summary>
    /// <param name="classifiers">One for each fold, with initial parameters.</param>
    /// <param name="folds">What they are trained and scored on; all with equally many training points.</param>
    /// <param name="random">Draws the order of the points in each epoch, which all classifiers follow.</param>
    /// <param name="convergence">Makes what watches one of them.</param>
    /// <param name="epochEnded">Takes the number of the epoch, and of the classifiers that finished in it.</param>
    /// <param name="stop">Asks to stop before the next epoch, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>What each has come to.</returns>
    /// <exception cref="C2stException">A loss is no longer finite.</exception>
    public static IReadOnlyList<(HeldOutFold Fold, T Result)> Run<T>(IClassifiers classifiers, IReadOnlyList<HeldOutFold> folds, NumpyRandom random,
        Func<IConvergence<T>> convergence, Action<int, int> epochEnded, CancellationToken stop)
    {
        var results = new List<(HeldOutFold, T)>();
        var active = folds.Select(fold => (Fold: fold, Convergence: convergence())).ToList();
        var order = Range(folds[0].Train.Length);
        for (var epoch = 1; active.Count > 0; epoch++)
        {
            stop.ThrowIfCancellationRequested();

            // Each epoch permutes the order of the last one, as sklearn.utils.shuffle does.
            var permutation = Range(order.Length);
            random.Shuffle(permutation);
            order = [.. permutation.Select(i => order[i])];

            var losses = classifiers.Epoch(order, BatchSize);
            var remaining = new List<int>();
            for (var i = 0; i < active.Count; i++)
            {
                var (fold, watcher) = active[i];
                if (!double.IsFinite(losses[i]))
                {
                    throw new C2stException($"Pair {fold.Pair + 1}: the training of fold {fold.Index + 1} did not stay finite. "
                        + "The samples hold values so far from the reference that single precision does not suffice; look at their largest values.");
                }

                if (!watcher.Reached(classifiers, i, losses[i]) && epoch < MaxEpochs)
                {
                    remaining.Add(i);
                    continue;
                }

                results.Add((fold, watcher.Result(classifiers, i)));
            }

            epochEnded(epoch, active.Count - remaining.Count);
            if (remaining.Count < active.Count)
            {
                classifiers.Keep(remaining);
                active = [.. remaining.Select(i => active[i])];
            }
        }

        return results;
    }

    private static long[] Range(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];
}
