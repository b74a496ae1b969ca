namespace FFF.Evaluation.Calibration;

/// <summary>
/// What expected coverage may deviate by chance: between which shares the whole curve of a calibrated posterior lies with a given probability.
/// </summary>
/// <remarks>
/// At each nominal level α the number of N simulations covered is Binomial(N, α); the band is made of central intervals of
/// these, all of one probability γ. γ is larger than the confidence asked for: so much that the whole curve, not only each
/// of its points, stays inside with that confidence (Säilynoja, Bürkner and Vehtari, "Graphical test for discrete uniformity
/// and its applications in goodness-of-fit evaluation and multiple sample comparison", Statistics and Computing 32, 2022).
/// The counts at increasing levels are a Markov chain with binomial increments, which gives that probability exactly.
/// </remarks>
/// <param name="Confidence">The probability that the whole curve of a calibrated posterior lies inside.</param>
/// <param name="Lower">The smallest shares inside, one for each of <see cref="ExpectedCoverage.Levels"/>.</param>
/// <param name="Upper">The largest shares inside.</param>
public sealed record CoverageBand(double Confidence, IReadOnlyList<double> Lower, IReadOnlyList<double> Upper)
{
    private const int Bisections = 20;

    /// <summary>The band for N simulations: the narrowest whose whole curve's probability is at least the confidence.</summary>
    public static CoverageBand Of(int simulations, double confidence)
    {
        var binomial = new Binomial(simulations);
        var levels = ExpectedCoverage.Levels;

        // All of L points stay inside with at least 1 − L(1 − γ).
        var (low, high) = (confidence, 1 - ((1 - confidence) / levels.Count));
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = ProbabilityInside(binomial, simulations, Intervals(middle)) < confidence ? (middle, high) : (low, middle);
        }

        var chosen = Intervals(high);
        return new(confidence, [.. chosen.Select(interval => (double)interval.Low / simulations)],
            [.. chosen.Select(interval => (double)interval.High / simulations)]);

        (int Low, int High)[] Intervals(double share) => [.. levels.Select(level => binomial.CentralInterval(level, share))];
    }

    /// <summary>On which sides a curve leaves the band.</summary>
    public CoverageFault Judge(ExpectedCoverage coverage)
    {
        var below = coverage.Empirical.Zip(Lower, (share, bound) => share < bound).Any(outside => outside);
        var above = coverage.Empirical.Zip(Upper, (share, bound) => share > bound).Any(outside => outside);
        return (below, above) switch
        {
            (true, true) => CoverageFault.Both,
            (true, false) => CoverageFault.OverConfident,
            (false, true) => CoverageFault.UnderConfident,
            _ => CoverageFault.None,
        };
    }

    /// <summary>
    /// The probability that the counts of a calibrated posterior lie in all intervals, one for each of <see cref="ExpectedCoverage.Levels"/>.
    /// </summary>
    internal static double ProbabilityInside(Binomial binomial, int simulations, IReadOnlyList<(int Low, int High)> intervals)
    {
        var levels = ExpectedCoverage.Levels;
        var (before, first, previous) = (new[] { 1.0 }, 0, 0.0);
        for (var i = 0; i < intervals.Count; i++)
        {
            // Of those not covered so far, each is covered by the next level with this probability.
            var step = (levels[i] - previous) / (1 - previous);
            var (low, high) = intervals[i];
            var after = new double[high - low + 1];
            for (var from = first; from < first + before.Length; from++)
            {
                for (var to = Math.Max(from, low); to <= high; to++)
                {
                    after[to - low] += before[from - first] * binomial.Probability(to - from, simulations - from, step);
                }
            }

            (before, first, previous) = (after, low, levels[i]);
        }

        return before.Sum();
    }
}
