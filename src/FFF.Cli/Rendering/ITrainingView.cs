using FFF.Configuration;
using FFF.Training;
using Serilog.Configuration;

namespace FFF.Cli.Rendering;

/// <summary>Shows how training goes, on stderr.</summary>
internal interface ITrainingView : IProgress<TrainingProgress>
{
    /// <summary>Adds what of the run's log people should see.</summary>
    void LogTo(LoggerSinkConfiguration sinks);

    /// <summary>Shows the progress while the training runs.</summary>
    T Show<T>(Func<T> training);

    /// <summary>The view that suits stderr.</summary>
    static ITrainingView Create(Experiment experiment) =>
        Screen.IsLive ? new LiveTrainingView(experiment.Training.Epochs) : new PlainTrainingView(experiment.Training.Epochs);
}
