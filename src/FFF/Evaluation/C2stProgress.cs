namespace FFF.Evaluation;

/// <summary>How far the test has come.</summary>
/// <param name="Epoch">The epoch that the classifiers in training have reached.</param>
/// <param name="Finished">How many classifiers are trained and scored.</param>
/// <param name="Total">Of how many: folds times pairs.</param>
public sealed record C2stProgress(int Epoch, int Finished, int Total);

/// <summary>Adds up what the threads report.</summary>
internal sealed class C2stProgressSum(IProgress<C2stProgress>? progress, int total)
{
    private readonly Lock _lock = new();
    private int _finished;

    /// <summary>Takes the number of the epoch, and of the classifiers that finished in it.</summary>
    public void EpochEnded(int epoch, int finished)
    {
        lock (_lock)
        {
            _finished += finished;
            progress?.Report(new C2stProgress(epoch, _finished, total));
        }
    }
}
