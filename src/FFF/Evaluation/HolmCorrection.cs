namespace FFF.Evaluation;

/// <summary>p-values of several tests, corrected so that any of them is below α with a probability of at most α where all hypotheses hold.</summary>
/// <remarks>Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979.</remarks>
internal static class HolmCorrection
{
    /// <summary>p̃_(i) = max_{j ≤ i} min(1, (R − j + 1) p_(j)), of p-values in ascending order, j from 1.</summary>
    /// <param name="values">R p-values, in any order.</param>
    /// <returns>The corrected ones, in the same order.</returns>
    public static IReadOnlyList<double> Of(IReadOnlyList<double> values)
    {
        var (corrected, largest) = (new double[values.Count], 0.0);
        foreach (var (rank, place) in Enumerable.Range(0, values.Count).OrderBy(i => values[i]).Index())
        {
            largest = Math.Max(largest, Math.Min(1, (values.Count - rank) * values[place]));
            corrected[place] = largest;
        }

        return corrected;
    }
}
