namespace FFF.Training;

/// <summary>Which validation is the best so far; lowers the learning rate on a plateau, and stops early where that is asked for.</summary>
/// <param name="config">Schedule and early stopping.</param>
internal sealed class BestChoice(TrainingConfig config)
{
    /// <summary>
    /// Judges a validation. Patience counts only from where β has come to its last value: validations weigh the reconstruction with that one from the start,
    /// so that a network that starts as the identity looks the worse the more it learns, until it is trained on it.
    /// </summary>
    /// <param name="validation">The validation.</param>
    /// <param name="counters">The counters before it.</param>
    /// <param name="isSettled">Whether β has come to its last value.</param>
    /// <returns>The counters with it, and whether it is the best.</returns>
    public (TrainerCounters Counters, bool IsBest) Of(ValidationMetrics validation, TrainerCounters counters, bool isSettled)
    {
        if (validation.Objective < counters.Best)
        {
            return (counters with { Best = validation.Objective, SinceBest = 0, SincePlateau = 0 }, true);
        }

        if (!isSettled)
        {
            return (counters, false);
        }

        counters = counters with { SinceBest = counters.SinceBest + 1, SincePlateau = counters.SincePlateau + 1 };
        if (config.Schedule is PlateauSchedule plateau && counters.SincePlateau >= plateau.Patience)
        {
            counters = counters with { SincePlateau = 0, RateFactor = counters.RateFactor * plateau.Factor };
        }

        return (counters with { Stopped = counters.Stopped || counters.SinceBest >= config.EarlyStopping }, false);
    }
}
