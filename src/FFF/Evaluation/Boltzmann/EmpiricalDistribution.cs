namespace FFF.Evaluation.Boltzmann;

/// <summary>The distribution of weighted values on the line, Σ_i w_i δ(x − x_i), with Σ_i w_i = 1.</summary>
public sealed class EmpiricalDistribution
{
    /// <summary>Into so many bins of equal probability <see cref="TotalVariationOf"/> divides the line.</summary>
    public const int Bins = 20;

    private EmpiricalDistribution(double[] values, double[] weights) => (Values, Weights) = (values, weights);

    /// <summary>x_i, ascending.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>w_i, of the values in their order.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>Σ_i w_i x_i.</summary>
    public double Mean => Values.Zip(Weights, (x, w) => x * w).Sum();

    /// <summary>The distribution of values; those that are not finite, or have no weight, are left out.</summary>
    /// <param name="values">x_i.</param>
    /// <param name="weights">w_i, at least 0, of any sum; all the same if left out.</param>
    /// <returns>Null where no value is left.</returns>
    public static EmpiricalDistribution? Of(IReadOnlyList<double> values, IReadOnlyList<double>? weights = null)
    {
        bool Counts(int i) => double.IsFinite(values[i]) && (weights is null || weights[i] > 0);
        int[] kept = [.. Enumerable.Range(0, values.Count).Where(Counts)];
        if (kept.Length == 0)
        {
            return null;
        }

        double[] sorted = [.. kept.Select(i => values[i])];
        double[] ofSorted = [.. kept.Select(i => weights?[i] ?? 1)];
        Array.Sort(sorted, ofSorted);
        var sum = ofSorted.Sum();
        return new(sorted, [.. ofSorted.Select(w => w / sum)]);
    }

    /// <summary>The Wasserstein-1 distance ∫ |F(x) − G(x)| dx of the distribution functions, in the values' unit.</summary>
    public double Wasserstein1(EmpiricalDistribution other)
    {
        var (distance, difference) = (0.0, 0.0);
        var last = Math.Min(Values[0], other.Values[0]);
        for (int i = 0, j = 0; i < Values.Count || j < other.Values.Count;)
        {
            var mine = j == other.Values.Count || (i < Values.Count && Values[i] <= other.Values[j]);
            var x = mine ? Values[i] : other.Values[j];
            distance += Math.Abs(difference) * (x - last);
            difference += mine ? Weights[i++] : -other.Weights[j++];
            last = x;
        }

        return distance;
    }

    /// <summary>
    /// The total variation ½ Σ_k |P_k − Q_k| over 20 bins between this distribution's quantiles, the outermost of which have no
    /// end: 0 where the other distribution fills them alike, near 1 where the two have nothing in common. Values however far
    /// away count no more than others.
    /// </summary>
    public double TotalVariationOf(EmpiricalDistribution other)
    {
        double[] edges = [.. Enumerable.Range(1, Bins - 1).Select(k => Quantile((double)k / Bins))];
        return 0.5 * Shares(edges).Zip(other.Shares(edges), (p, q) => Math.Abs(p - q)).Sum();
    }

    /// <summary>The smallest value below or at which at least this share of the weight lies.</summary>
    private double Quantile(double share)
    {
        var held = 0.0;
        for (var i = 0; i < Values.Count; i++)
        {
            held += Weights[i];
            if (held >= share)
            {
                return Values[i];
            }
        }

        return Values[^1];
    }

    /// <summary>The weight between the edges; a value on an edge belongs below it.</summary>
    private double[] Shares(double[] edges)
    {
        var shares = new double[edges.Length + 1];
        var bin = 0;
        for (var i = 0; i < Values.Count; i++)
        {
            while (bin < edges.Length && Values[i] > edges[bin])
            {
                bin++;
            }

            shares[bin] += Weights[i];
        }

        return shares;
    }
}
