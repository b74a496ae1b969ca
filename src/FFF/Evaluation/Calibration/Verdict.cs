namespace FFF.Evaluation.Calibration;

/// <summary>What the tests of one parameter, or of the whole posterior, found.</summary>
/// <remarks>
/// All tests of a run share one probability of error, <see cref="Error"/>, divided evenly among them (Bonferroni): a
/// posterior that is calibrated passes all of them with at least 95 %. There are four tests per parameter (mean rank,
/// Kolmogorov–Smirnov, χ², coverage of central intervals) and one of the whole posterior (coverage of highest-density regions).
/// </remarks>
/// <param name="Coverage">How the coverage leaves its band.</param>
/// <param name="Shift">−1: the posterior lies too low, its mean rank is significantly above 1/2; 1: too high; 0: neither.</param>
/// <param name="Uneven">Whether the ranks are not uniform in any other way.</param>
internal sealed record Verdict(CoverageFault Coverage, int Shift, bool Uneven)
{
    /// <summary>The probability that any test fails though the posterior is calibrated.</summary>
    public const double Error = 0.05;

    /// <summary>The word for what passes all tests.</summary>
    public const string Fine = "calibrated";

    /// <summary>Whether nothing was found.</summary>
    public bool Calibrated => this is { Coverage: CoverageFault.None, Shift: 0, Uneven: false };

    /// <summary>The probability of error of each single test of a posterior of so many parameters.</summary>
    public static double ErrorOfEach(int parameters) => Error / ((4 * parameters) + 1);

    /// <summary>Of the whole posterior.</summary>
    /// <param name="coverage">By highest-density regions.</param>
    /// <param name="band">With confidence 1 − <see cref="ErrorOfEach"/>.</param>
    public static Verdict Of(ExpectedCoverage coverage, CoverageBand band) => new(band.Judge(coverage), 0, false);

    /// <summary>Of one parameter.</summary>
    /// <param name="ranks">Its ranks.</param>
    /// <param name="coverage">By central intervals.</param>
    /// <param name="band">With confidence 1 − error.</param>
    /// <param name="error">The probability of error of each test.</param>
    public static Verdict Of(RankStatistics ranks, ExpectedCoverage coverage, CoverageBand band, double error)
    {
        var fault = band.Judge(coverage);
        var shift = ranks.MeanPValue >= error ? 0 : ranks.Mean > 0.5 ? -1 : 1;
        var rejected = ranks.KolmogorovSmirnov.PValue < error || ranks.ChiSquare.PValue < error;
        return new(fault, shift, rejected && fault == CoverageFault.None && shift == 0);
    }

    /// <summary>The same in words, such as "over-confident, too low".</summary>
    public override string ToString() => Calibrated ? Fine : string.Join(", ", ((string?[])
    [
        Coverage switch
        {
            CoverageFault.OverConfident => "over-confident",
            CoverageFault.UnderConfident => "under-confident",
            CoverageFault.Both => "over- and under-confident",
            _ => null,
        },
        Shift < 0 ? "too low" : Shift > 0 ? "too high" : null,
        Uneven ? "ranks not uniform" : null,
    ]).OfType<string>());
}
