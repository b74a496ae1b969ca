namespace FFF.Training;

/// <summary>The learning rate's course, as a factor of the optimiser's learning rate.</summary>
internal static class LearningRate
{
    /// <summary>The factor at this point of the run; a plateau schedule's factor is the trainer's state, so 1 here.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="progress">The share of the run that is done, 0 to 1.</param>
    /// <param name="epoch">The epochs that are done.</param>
    public static double Factor(ScheduleConfig schedule, double progress, int epoch) => schedule switch
    {
        CosineSchedule c => Cosine(1, c.Final, progress),
        OneCycleSchedule o when progress < o.Warmup => Cosine(o.Initial, 1, progress / o.Warmup),
        OneCycleSchedule o => Cosine(1, o.Final, o.Warmup < 1 ? (progress - o.Warmup) / (1 - o.Warmup) : 0),
        ExponentialSchedule e => Math.Pow(e.Gamma, epoch),
        _ => 1,
    };

    /// <summary>Half a cosine from one value to another, t from 0 to 1.</summary>
    private static double Cosine(double from, double to, double t) => to + (from - to) * 0.5 * (1 + Math.Cos(Math.PI * t));
}
