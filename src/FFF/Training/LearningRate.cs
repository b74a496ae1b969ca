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
        OneCycleSchedule o => OneCycle(o, progress, o.Initial, 1, o.Final),
        ExponentialSchedule e => Math.Pow(e.Gamma, epoch),
        _ => 1,
    };

    /// <summary>Half a cosine from one value to another over the warm-up, and half a one to a third over the rest.</summary>
    internal static double OneCycle(OneCycleSchedule schedule, double progress, double start, double peak, double end) => progress < schedule.Warmup
        ? Cosine(start, peak, progress / schedule.Warmup)
        : Cosine(peak, end, schedule.Warmup < 1 ? (progress - schedule.Warmup) / (1 - schedule.Warmup) : 0);

    /// <summary>Half a cosine from one value to another, t from 0 to 1.</summary>
    private static double Cosine(double from, double to, double t) => to + (from - to) * 0.5 * (1 + Math.Cos(Math.PI * t));
}
