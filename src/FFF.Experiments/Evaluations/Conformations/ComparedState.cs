using System.Text.Json.Serialization;
using FFF.Evaluation.Boltzmann;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations.Conformations;

/// <summary>A state's share, and its free energy −log(p/p₀) above the first one's, in kT.</summary>
internal sealed record StateShare(double Share, MeanEstimate? FreeEnergy)
{
    /// <summary>What stands where there is none.</summary>
    internal const string None = "–";

    /// <summary>The free energy in words.</summary>
    [JsonIgnore]
    public string Text => FreeEnergy is null ? None : $"{Fixed(FreeEnergy.Value, 2)} ± {Fixed(FreeEnergy.StandardError, 2)}";

    /// <summary>
    /// Of systems: Δ = log(p₀/p), which each moves by ψ = h₀/p₀ − h/p, h and h₀ being 1 inside of the states and 0 outside. The error is √(Σ w² ψ²) with
    /// weights w of independent systems, and that of a series without.
    /// </summary>
    /// <param name="holds">h.</param>
    /// <param name="first">h₀.</param>
    /// <param name="weights">w, with sum 1; null for a series, in its order.</param>
    /// <param name="correlation">Of the chains that drew the systems, where they did; null where the series itself tells.</param>
    public static StateShare Of(bool[] holds, bool[] first, double[]? weights, ChainCorrelation? correlation)
    {
        double Weight(int i) => weights?[i] ?? 1.0 / holds.Length;
        var (p, p0) = (Enumerable.Range(0, holds.Length).Where(i => holds[i]).Sum(Weight), Enumerable.Range(0, holds.Length).Where(i => first[i]).Sum(Weight));
        if (p == 0 || p0 == 0)
        {
            return new(p, null);
        }

        double Of(bool inside, double share) => inside ? 1 / share : 0;
        double[] influence = [.. holds.Zip(first, (h, h0) => Of(h0, p0) - Of(h, p))];
        return new(p, weights is null
            ? new SeriesEstimate(Math.Log(p0 / p), influence).Estimate(correlation)
            : new(Math.Log(p0 / p), Math.Sqrt(influence.Index().Sum(one => Math.Pow(weights[one.Index] * one.Item, 2)))));
    }
}

/// <summary>A state of data, samples and reweighted samples.</summary>
internal sealed record ComparedState(string Name, StateShare Data, StateShare Samples, StateShare? Reweighted)
{
    /// <summary>Counts the systems in it.</summary>
    public static ComparedState Of(ConformationState state, ConformationState first, IReadOnlyDictionary<Quantity, double[]> data,
        IReadOnlyDictionary<Quantity, double[]> samples, double[]? weights, ChainCorrelation? correlation)
    {
        var (ofSamples, firstOfSamples) = (state.Holds(samples), first.Holds(samples));
        return new(state.Name, StateShare.Of(state.Holds(data), first.Holds(data), null, correlation), StateShare.Of(ofSamples, firstOfSamples, null, null),
            weights is null ? null : StateShare.Of(ofSamples, firstOfSamples, weights, null));
    }
}
