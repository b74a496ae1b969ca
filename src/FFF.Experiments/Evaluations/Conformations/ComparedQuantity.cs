using FFF.Evaluation.Boltzmann;

namespace FFF.Evaluations.Conformations;

/// <summary>A quantity of data, samples and reweighted samples.</summary>
internal sealed record ComparedQuantity(
    string Name, Moments Data, Moments Samples, Moments? Reweighted, double TotalVariation, double? ReweightedTotalVariation)
{
    /// <summary>Compares its values.</summary>
    public static ComparedQuantity Of(Quantity quantity, double[] data, double[] samples, double[]? weights)
    {
        var (ofData, ofSamples) = (EmpiricalDistribution.Of(data)!, EmpiricalDistribution.Of(samples)!);
        return new(quantity.Name, Moments.Of(data, null, quantity.IsPeriodic), Moments.Of(samples, null, quantity.IsPeriodic),
            weights is null ? null : Moments.Of(samples, weights, quantity.IsPeriodic), ofData.TotalVariationOf(ofSamples),
            weights is null ? null : ofData.TotalVariationOf(EmpiricalDistribution.Of(samples, weights)!));
    }
}
