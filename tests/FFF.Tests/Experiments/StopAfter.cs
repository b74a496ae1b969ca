using FFF.Training;

namespace FFF.Tests.Experiments;

/// <summary>Asks a training to stop after a step; never where there is none.</summary>
internal sealed class StopAfter(int? step, CancellationTokenSource stop) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Step == step)
        {
            stop.Cancel();
        }
    }
}
