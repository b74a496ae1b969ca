namespace FFF.Evaluation.Boltzmann;

/// <summary>
/// The free-energy difference of a pair of particles between its two wells, at temperature 1: with p the probability that
/// the distance of a pair is beyond the barrier, ΔF = F(beyond) − F(within) = −log(p / (1 − p)), in nats. All pairs are alike.
/// </summary>
public static class PairFreeEnergy
{
    /// <summary>
    /// ΔF by weighted systems: p = Σ_i w_i s_i, with s_i the share of a system's pairs that is beyond the barrier. Its
    /// standard error is √(Σ_i w_i² (s_i − p)²) / (p (1 − p)), as pairs of one system are not independent, but systems are, or as much as chains let them.
    /// </summary>
    /// <param name="distances">System after system, all pairs of each.</param>
    /// <param name="pairs">The number of pairs of a system.</param>
    /// <param name="barrier">The distance between the wells.</param>
    /// <param name="weights">w_i, with sum 1; all the same if left out.</param>
    /// <param name="correlation">Of the chains that drew the systems; null for independent ones.</param>
    /// <returns>Null where all pairs lie on one side.</returns>
    public static MeanEstimate? Of(IReadOnlyList<double> distances, int pairs, double barrier, IReadOnlyList<double>? weights = null,
        ChainCorrelation? correlation = null)
    {
        double[] shares =
        [
            .. Enumerable.Range(0, distances.Count / pairs).Select(i => Enumerable.Range(i * pairs, pairs).Count(k => distances[k] > barrier) / (double)pairs),
        ];
        double Weight(int i) => weights?[i] ?? 1.0 / shares.Length;
        var p = shares.Index().Sum(share => Weight(share.Index) * share.Item);
        if (p is not (> 0 and < 1))
        {
            return null;
        }

        var variance = shares.Index().Sum(share => Math.Pow(Weight(share.Index) * (share.Item - p), 2));
        return new(-Math.Log(p / (1 - p)), (correlation?.Inflation(shares.Length) ?? 1) * Math.Sqrt(variance) / (p * (1 - p)));
    }
}
