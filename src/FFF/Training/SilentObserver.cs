namespace FFF.Training;

/// <summary>Takes no notice, for steps that are timed or compared.</summary>
internal sealed class SilentObserver : ITrainingObserver
{
    private SilentObserver()
    {
    }

    /// <summary>The only one that is needed.</summary>
    public static SilentObserver Instance { get; } = new();

    /// <inheritdoc/>
    public void OnStep(in TrainingProgress progress)
    {
    }

    /// <inheritdoc/>
    public void OnEpoch(EpochMetrics metrics)
    {
    }

    /// <inheritdoc/>
    public void OnCheckpoint(Trainer trainer, bool best)
    {
    }

    /// <inheritdoc/>
    public void OnWarning(string message)
    {
    }
}
