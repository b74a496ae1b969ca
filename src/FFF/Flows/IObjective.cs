using FFF.Spaces;

namespace FFF.Flows;

/// <summary>What training minimises.</summary>
public interface IObjective
{
    /// <summary>The weight of the reconstruction when validation chooses the best checkpoint; 0 where it is exact.</summary>
    double FinalBeta { get; }

    /// <summary>The weight of the reconstruction at this point of the run; null where the method has none.</summary>
    /// <param name="progress">The share of the run that is done, 0 to 1.</param>
    double? BetaAt(double progress);

    /// <summary>The objective on a batch, with everything random drawn for this step.</summary>
    /// <param name="batch">Samples, standardised.</param>
    /// <param name="progress">The share of the run that is done.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step's number; the same seed and step draw the same.</param>
    ObjectiveTerms Evaluate(Batch batch, double progress, long seed, long step);
}
