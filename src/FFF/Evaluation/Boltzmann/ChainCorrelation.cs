namespace FFF.Evaluation.Boltzmann;

/// <summary>
/// How alike samples are that Markov chains drew. The mean over all M draws has the variance σ²/E, with E the effective sample
/// size; over n of them that were taken at random it has σ² (1/E + 1/n − 1/M).
/// </summary>
/// <param name="EffectiveSamples">E, by the energy, which relaxes slowly.</param>
/// <param name="Draws">M, of all chains.</param>
public sealed record ChainCorrelation(double EffectiveSamples, long Draws)
{
    /// <summary>The standard error of a mean over n of the samples, divided by that of n independent ones; never below 1.</summary>
    /// <param name="count">n.</param>
    public double Inflation(long count) => Math.Sqrt(Math.Max(1, 1 + (count * ((1 / EffectiveSamples) - (1.0 / Draws)))));
}
