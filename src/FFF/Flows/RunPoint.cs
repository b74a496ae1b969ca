namespace FFF.Flows;

/// <summary>Where in a run a step is: what its schedules and its random numbers follow from.</summary>
/// <param name="Progress">The share of the run that is done, 0 to 1.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">The step's number; the same seed and step draw the same.</param>
public readonly record struct RunPoint(double Progress, long Seed, long Step)
{
    /// <summary>The weight of the reconstruction that the run has come to; null where a schedule tells it.</summary>
    public double? Beta { get; init; }
}
