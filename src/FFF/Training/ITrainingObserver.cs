namespace FFF.Training;

/// <summary>Is told what happens in a run: keeps metrics and checkpoints, shows progress.</summary>
public interface ITrainingObserver
{
    /// <summary>A step is done.</summary>
    void OnStep(in TrainingProgress progress);

    /// <summary>An epoch is done.</summary>
    void OnEpoch(EpochMetrics metrics);

    /// <summary>The state should be kept; <paramref name="best"/>: it has the best validation so far.</summary>
    void OnCheckpoint(Trainer trainer, bool best);

    /// <summary>Something the user should know.</summary>
    void OnWarning(string message);
}
