namespace FFF.Evaluation;

/// <summary>
/// Trains the batched model until each classifier has converged (<see cref="LossPlateau"/>), at most 10,000 epochs, in
/// batches of 200 points and a new order each epoch.
/// </summary>
internal static class ClassifierTraining
{
    /// <summary>B.</summary>
    public const int BatchSize = 200;

    private const int MaxEpochs = 10_000;

    /// <summary>Trains and scores the classifiers of the given folds.</summary>
    /// <param name="classifiers">One for each fold, with initial parameters.</param>
    /// <param name="folds">What they are trained and scored on; all with equally many training points.</param>
    /// <param name="random">Draws the order of the points in each epoch, which all classifiers follow.</param>
    /// <param name="epochEnded">Takes the number of the epoch, and of the classifiers that finished in it.</param>
    /// <param name="stop">Asks to stop before the next epoch, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The accuracy of each classifier on its held-out points.</returns>
    /// <exception cref="C2stException">A loss is no longer finite.</exception>
    public static IReadOnlyList<(HeldOutFold Fold, double Accuracy)> Run(
        IClassifiers classifiers, IReadOnlyList<HeldOutFold> folds, NumpyRandom random, Action<int, int> epochEnded, CancellationToken stop)
    {
        var scores = new List<(HeldOutFold, double)>();
        var active = folds.Select(fold => (Fold: fold, Plateau: new LossPlateau())).ToList();
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
                var (fold, plateau) = active[i];
                if (!double.IsFinite(losses[i]))
                {
                    throw new C2stException($"Pair {fold.Pair + 1}: the training of fold {fold.Index + 1} did not stay finite. "
                        + "The samples hold values so far from the reference that single precision does not suffice; look at their largest values.");
                }

                if (!plateau.Reached(losses[i]) && epoch < MaxEpochs)
                {
                    remaining.Add(i);
                    continue;
                }

                scores.Add((fold, classifiers.Accuracy(i)));
            }

            epochEnded(epoch, active.Count - remaining.Count);
            if (remaining.Count < active.Count)
            {
                classifiers.Keep(remaining);
                active = [.. remaining.Select(i => active[i])];
            }
        }

        return scores;
    }

    private static long[] Range(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];
}
