namespace FFF.Evaluation.Boltzmann;

/// <summary>
/// Bennett's acceptance ratio (J. Comput. Phys. 22, 1976) of two densities exp(−a)/Z_a and exp(−b)/Z_b: with u = b − a, and as many draws of both,
/// Δ = −log Z_b/Z_a solves Σ s(Δ − u(x_a)) = Σ s(u(x_b) − Δ), s being the logistic function. Of all estimates by draws of both sides it has the least variance.
/// </summary>
internal static class AcceptanceRatio
{
    private const int MostSteps = 200;
    private const double Precision = 1e-12;

    /// <summary>
    /// The Δ at which both sums are equal, by Newton's steps, halved where they leave the interval that it lies in: the balance rises with Δ. It is above all
    /// u where some draws of the first density are forbidden by the second, with u = ∞, by no more than log(2n).
    /// </summary>
    /// <param name="first">u of draws of exp(−a)/Z_a; may be infinite.</param>
    /// <param name="second">u of draws of exp(−b)/Z_b, some of them finite.</param>
    /// <returns>Δ where there are as many of both; Δ − log(first / second) by their numbers else.</returns>
    public static double Root(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var finite = first.Concat(second).Where(double.IsFinite).ToArray();
        var margin = 1 + Math.Log(2.0 * Math.Max(first.Count, second.Count));
        var (low, high) = (finite.Min() - margin, finite.Max() + margin);
        var root = second.Where(double.IsFinite).Average();
        for (var step = 0; step < MostSteps; step++)
        {
            var (value, slope) = Balance(first, second, root);
            (low, high) = value > 0 ? (low, root) : (root, high);
            var newton = root - (value / slope);
            var next = newton > low && newton < high ? newton : 0.5 * (low + high);
            if (Math.Abs(next - root) <= Precision * (1 + Math.Abs(root)))
            {
                return next;
            }

            root = next;
        }

        return root;
    }

    /// <summary>Σ s(Δ − u(x_a)) − Σ s(u(x_b) − Δ) and its derivative.</summary>
    public static (double Value, double Slope) Balance(IReadOnlyList<double> first, IReadOnlyList<double> second, double root)
    {
        var (value, slope) = (0.0, 0.0);
        foreach (var u in first)
        {
            var s = Acceptance(root - u);
            value += s;
            slope += s * (1 - s);
        }

        foreach (var u in second)
        {
            var s = Acceptance(u - root);
            value -= s;
            slope += s * (1 - s);
        }

        return (value, slope);
    }

    /// <summary>
    /// log Z_b/Z_a by independent draws of the first density and a series of draws of the second, as many of either as there are: with M = log(n_a/n_b),
    /// Δ − M in place of Δ. The draws move it by their acceptance, divided by the balance's slope.
    /// </summary>
    /// <param name="first">u of the independent draws.</param>
    /// <param name="series">u of the series.</param>
    public static SeriesEstimate LogRatio(IReadOnlyList<double> first, IReadOnlyList<double> series)
    {
        var root = Root(first, series);
        var slope = Balance(first, series, root).Slope;
        double[] ofFirst = [.. first.Select(u => Acceptance(root - u))];
        double[] ofSeries = [.. series.Select(u => Acceptance(u - root))];
        var (meanOfFirst, mean) = (ofFirst.Average(), ofSeries.Average());

        // log Z is −Δ: it falls where draws of the series are accepted less than on average.
        return new(-(root + Math.Log((double)first.Count / series.Count)), [.. ofSeries.Select(s => -(s - mean) * series.Count / slope)])
        {
            OtherVariance = ofFirst.Sum(s => (s - meanOfFirst) * (s - meanOfFirst)) / (slope * slope),
        };
    }

    private static double Acceptance(double advantage) => 1 / (1 + Math.Exp(-advantage));
}
