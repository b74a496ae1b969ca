using FFF.Randomness;
using FFF.Spaces;

namespace FFF.Flows;

/// <summary>Both parts of an objective, one after the other.</summary>
internal static class ObjectiveStep
{
    /// <summary>The objective on a batch, with everything drawn for this step.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="batch">Samples, standardised.</param>
    /// <param name="progress">The share of the run that is done.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step's number.</param>
    public static ObjectiveTerms Evaluate(this IObjective objective, Batch batch, double progress, long seed, long step) =>
        objective.Evaluate(batch, OneCopy.To(batch.Data.device, objective.Draw(batch, new(progress, seed, step))));
}
