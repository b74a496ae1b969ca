using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>
/// Trains classifiers with equally many training points, all in one batch, until each has converged
/// (<see cref="LossPlateau"/>), at most 10,000 epochs: batches of 200 points, in a new order each epoch.
/// </summary>
internal static class ClassifierTraining
{
    private const int BatchSize = 200;
    private const int MaxEpochs = 10_000;

    /// <summary>Trains and scores a classifier for each fold.</summary>
    /// <param name="folds">What each classifier is trained and scored on; all with n training points.</param>
    /// <param name="points">The labelled points of each pair, [N, D + 2] (see <see cref="C2stInput.Pool"/>).</param>
    /// <param name="seed">Determines the initial weights and the order of the points.</param>
    /// <param name="epochEnded">Takes the number of the epoch, and of the classifiers that finished in it.</param>
    /// <returns>The accuracy of each classifier on its held-out points.</returns>
    /// <exception cref="C2stException">A loss is no longer finite.</exception>
    public static IReadOnlyList<(HeldOutFold Fold, double Accuracy)> Run(
        IReadOnlyList<HeldOutFold> folds, IReadOnlyList<Tensor> points, long seed, Action<int, int> epochEnded)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var device = points[0].device;
        var dimension = (int)points[0].shape[1] - 2;
        using var classifiers = new ClassifierBatch(dimension, InitialParameters(folds, dimension, seed).to(device).DetachFromDisposeScope());
        using var adam = new ClassifierAdam(classifiers);
        var active = folds.Select(fold => (Fold: fold, Plateau: new LossPlateau())).ToList();
        var scores = new List<(HeldOutFold, double)>();

        // [n, C, D + 2]: the i-th training point of every classifier, in one contiguous row. All follow the same random
        // order of i, which is one gather a step, but each had its points in a random order of its own to begin with.
        var data = stack(folds.Select(fold => points[fold.Pair].index_select(0, tensor(fold.Train, device: device))), 1);
        using var shuffle = NamedSeed.Generator(CPU, seed, "c2st/shuffle", data.shape[0]);

        for (var epoch = 1; active.Count > 0; epoch++)
        {
            using var epochScope = NewDisposeScope();
            var losses = Epoch(classifiers, adam, data, randperm(data.shape[0], generator: shuffle).to(device));
            var remaining = new List<int>();
            for (var i = 0; i < active.Count; i++)
            {
                var (fold, plateau) = active[i];
                if (!float.IsFinite(losses[i]))
                {
                    throw new C2stException($"Pair {fold.Pair + 1}: the training of fold {fold.Index + 1} did not stay finite. The samples hold values so far from the reference that single precision does not suffice; look at their largest values.");
                }

                if (!plateau.Reached(losses[i]) && epoch < MaxEpochs)
                {
                    remaining.Add(i);
                    continue;
                }

                scores.Add((fold, Accuracy(classifiers, i, points[fold.Pair].index_select(0, tensor(fold.Test, device: device)))));
            }

            epochEnded(epoch, active.Count - remaining.Count);
            if (remaining.Count < active.Count)
            {
                var rows = tensor(remaining, ScalarType.Int64, device);
                classifiers.Keep(rows);
                adam.Keep(rows);
                using var all = data;
                data = all.index_select(1, rows).MoveToOuterDisposeScope();
                active = [.. remaining.Select(i => active[i])];
            }
        }

        return scores;
    }

    /// <summary>One pass over the points, in the given order.</summary>
    /// <returns>The mean loss of each classifier.</returns>
    private static float[] Epoch(ClassifierBatch classifiers, ClassifierAdam adam, Tensor data, Tensor order)
    {
        var (count, features) = (data.shape[0], data.shape[2] - 1);
        var losses = zeros(data.shape[1], device: data.device);
        for (var start = 0L; start < count; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            var batch = data.index_select(0, order.narrow(0, start, Math.Min(BatchSize, count - start)));
            var inputs = batch.narrow(2, 0, features).transpose(0, 1);
            var labels = batch.narrow(2, features, 1).permute(1, 2, 0);
            var (loss, gradient) = classifiers.LossAndGradient(inputs, labels);
            adam.Step(gradient);
            losses.add_(loss);
        }

        return losses.div_(count).cpu().data<float>().ToArray();
    }

    /// <summary>The share of labelled points [N, D + 2] whose more likely label, by one of the classifiers, is theirs.</summary>
    private static double Accuracy(ClassifierBatch classifiers, int classifier, Tensor points)
    {
        using var scope = NewDisposeScope();
        var features = points.shape[1] - 1;
        using var one = new ClassifierBatch((int)features - 1, classifiers.Parameters.narrow(0, classifier, 1));
        var predicted = one.Logits(points.narrow(1, 0, features).unsqueeze(0)).gt(0).view(-1);
        return predicted.eq(points.narrow(1, features, 1).view(-1).gt(0.5)).to_type(ScalarType.Float64).mean().item<double>();
    }

    private static Tensor InitialParameters(IReadOnlyList<HeldOutFold> folds, int dimension, long seed) =>
        stack(folds.Select(fold =>
        {
            using var generator = NamedSeed.Generator(CPU, seed, "c2st/weights", fold.Pair, fold.Index);
            return ClassifierBatch.Initial(dimension, generator);
        }), 0);
}
