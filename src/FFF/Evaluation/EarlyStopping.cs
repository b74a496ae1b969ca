namespace FFF.Evaluation;

/// <summary>
/// Stops a classifier that begins to learn its training points by heart: its parameters are those of the epoch whose held-out loss is the lowest, and it has
/// converged when five epochs in a row brought no lower one.
/// </summary>
internal sealed class EarlyStopping : IConvergence<float[]>
{
    private const int Patience = 5;

    private double _lowest = double.PositiveInfinity;
    private float[] _parameters = [];
    private int _epochsWithout;

    /// <inheritdoc/>
    public bool Reached(IClassifiers classifiers, int classifier, double loss)
    {
        var heldOut = classifiers.HeldOutLoss(classifier);
        if (heldOut < _lowest)
        {
            (_lowest, _parameters, _epochsWithout) = (heldOut, classifiers.Parameters(classifier), 0);
        }
        else
        {
            _epochsWithout++;
        }

        return _epochsWithout >= Patience;
    }

    /// <summary>The parameters, [P].</summary>
    /// <inheritdoc/>
    public float[] Result(IClassifiers classifiers, int classifier) => _parameters;
}
