namespace FFF.Evaluation;

/// <summary>
/// scikit-learn's rule of when a classifier has converged: more than 10 epochs in a row brought its loss no 1e-4 below
/// the best before.
/// </summary>
internal sealed class LossPlateau : IConvergence<double>
{
    private const double Tolerance = 1e-4;
    private const int Patience = 10;

    private double _best = double.PositiveInfinity;
    private int _epochsWithout;

    /// <inheritdoc/>
    public bool Reached(IClassifiers classifiers, int classifier, double loss) => Reached(loss);

    /// <summary>The accuracy on the held-out points.</summary>
    /// <inheritdoc/>
    public double Result(IClassifiers classifiers, int classifier) => classifiers.Accuracy(classifier);

    /// <summary>Takes note of an epoch's mean loss.</summary>
    /// <returns>Whether the classifier has converged.</returns>
    public bool Reached(double loss)
    {
        _epochsWithout = loss > _best - Tolerance ? _epochsWithout + 1 : 0;
        _best = Math.Min(_best, loss);
        return _epochsWithout > Patience;
    }
}
