using FFF.Evaluation.Boltzmann;
using FFF.Plots;

namespace FFF.Evaluations.Conformations;

/// <summary>The free energy −log P_k of a quantity in bins k, in kT, and its standard error; not a number where no system is.</summary>
/// <param name="Range">The range that the bins divide evenly.</param>
/// <param name="Values">−log P_k.</param>
/// <param name="Errors">Their standard errors.</param>
internal sealed record FreeEnergyProfile(AxisRange Range, double[] Values, double[] Errors)
{
    /// <summary>
    /// Of one side: P_k = Σ w_i h_i, with h_i whether the system i is in the bin, has the variance Σ w_i² (h_i − P_k)², without weights that of a series' mean,
    /// and its logarithm that by P_k².
    /// </summary>
    public static FreeEnergyProfile Of(ConformationSide side, Quantity quantity, AxisRange range, int bins)
    {
        var values = side.Values[quantity];
        int?[] places = [.. values.Select(value => range.Contains(value) ? Histogram.Bin(value, range, bins) : (int?)null)];
        double Weight(int i) => side.Weights?[i] ?? 1.0 / values.Length;
        var (share, squares, allSquares) = (new double[bins], new double[bins], 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            var weight = Weight(i);
            allSquares += weight * weight;
            if (places[i] is { } bin)
            {
                share[bin] += weight;
                squares[bin] += weight * weight;
            }
        }

        // Σ w² (h − P)² = (1 − 2P) Σ w² h + P² Σ w².
        double Error(int k) => (side.Weights is null
            ? SeriesEstimate.Mean([.. places.Select(place => place == k ? 1.0 : 0)]).Estimate(side.Correlation).StandardError
            : Math.Sqrt(((1 - (2 * share[k])) * squares[k]) + (share[k] * share[k] * allSquares))) / share[k];
        return new(range, [.. share.Select(p => p > 0 ? -Math.Log(p) : double.NaN)],
            [.. Enumerable.Range(0, bins).Select(k => share[k] > 0 ? Error(k) : double.NaN)]);
    }

    /// <summary>The middles of the bins.</summary>
    public double[] Middles => [.. Enumerable.Range(0, Values.Length).Select(k => Range.Low + ((k + 0.5) * Range.Span / Values.Length))];

    /// <summary>The lowest value.</summary>
    public double Lowest => Values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();

    /// <summary>The stretches of bins that follow each other without a gap.</summary>
    public IEnumerable<Range> Stretches()
    {
        for (var start = 0; start < Values.Length;)
        {
            var end = start;
            while (end < Values.Length && double.IsFinite(Values[end]))
            {
                end++;
            }

            if (end > start)
            {
                yield return start..end;
            }

            start = end + 1;
        }
    }
}
