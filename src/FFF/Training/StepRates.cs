namespace FFF.Training;

/// <summary>What schedules give an update.</summary>
/// <param name="LearningRate">η.</param>
/// <param name="Beta1">β₁, the decay of the gradient's running mean.</param>
/// <param name="Step">The step's number, from 0; it counts those that are not made, too.</param>
internal readonly record struct StepRates(double LearningRate, double Beta1, long Step)
{
    /// <summary>At a point of the run.</summary>
    /// <param name="config">The optimiser and its schedule.</param>
    /// <param name="step">The step's number, from 0.</param>
    /// <param name="progress">The share of the run that is done, 0 to 1.</param>
    /// <param name="epoch">The epochs that are done.</param>
    /// <param name="factor">The learning rate's factor from returns and plateaus.</param>
    public static StepRates At(TrainingConfig config, long step, double progress, int epoch, double factor) =>
        At(config, config.Schedule, step, progress, epoch, config.Epochs, factor);

    private static StepRates At(TrainingConfig config, ScheduleConfig schedule, long step, double progress, int epoch, int epochs, double factor)
    {
        if (schedule is StagedSchedule { Stages: var stages })
        {
            var (stage, begun) = (0, 0);
            while (stage + 1 < stages.Count && epoch >= begun + stages[stage].Epochs)
            {
                begun += stages[stage++].Epochs ?? 0;
            }

            var length = Math.Max(1, stages[stage].Epochs ?? (epochs - begun));
            return At(config, stages[stage].Schedule, step, ((progress * epochs) - begun) / length, epoch - begun, length, factor * stages[stage].Factor);
        }

        return new(
            config.Optimizer.LearningRate * factor * Training.LearningRate.Factor(schedule, progress, epoch),
            schedule is OneCycleSchedule { Beta1: { } cycle } one
                ? Training.LearningRate.OneCycle(one, progress, cycle.High, cycle.Low, cycle.High)
                : config.Optimizer.Beta1,
            step);
    }
}
