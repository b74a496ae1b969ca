using static TorchSharp.torch;

namespace FFF.Evaluation.Calibration;

/// <summary>How the ranks of simulation-based calibration of one parameter are distributed; if the posterior is calibrated, uniformly.</summary>
/// <param name="Mean">The mean randomised rank: above 1/2, the true parameters tend to lie above the posterior's samples, which lie too low.</param>
/// <param name="MeanPValue">
/// The probability of a mean at least as far from 1/2 if the ranks are uniform, by the normal approximation with variance 1/(12N).
/// </param>
/// <param name="KolmogorovSmirnov">The test of the randomised ranks, which are continuous.</param>
/// <param name="ChiSquare">The test of the histogram.</param>
/// <param name="Histogram">How many ranks lie in each of equal bins of [0, 1].</param>
public sealed record RankStatistics(
    double Mean, double MeanPValue, KolmogorovSmirnovTest KolmogorovSmirnov, ChiSquareTest ChiSquare, IReadOnlyList<long> Histogram)
{
    /// <summary>Fewer simulations leave the bins too empty for a χ² test.</summary>
    public const int MinSimulations = MinBins * 5;

    private const int MinBins = 4;
    private const int MaxBins = 20;
    private const int SimulationsPerBin = 25;

    /// <summary>The statistics of N ≥ <see cref="MinSimulations"/> randomised ranks (<see cref="RandomizedRank"/>).</summary>
    public static RankStatistics Of(IReadOnlyList<double> ranks)
    {
        var histogram = new long[BinCount(ranks.Count)];
        foreach (var rank in ranks)
        {
            histogram[Math.Min((int)(rank * histogram.Length), histogram.Length - 1)]++;
        }

        var mean = ranks.Average();
        return new(mean, TwoSidedNormal((mean - 0.5) * Math.Sqrt(12.0 * ranks.Count)), KolmogorovSmirnovTest.Of(ranks), ChiSquareTest.Of(histogram), histogram);
    }

    /// <summary>The central 95 % of the count of one bin of so many, if the ranks of so many simulations are uniform.</summary>
    public static (int Low, int High) BinBand(int simulations, int bins) => new Binomial(simulations).CentralInterval(1.0 / bins, 0.95);

    /// <summary>A bin per 25 simulations, from 4 to 20.</summary>
    internal static int BinCount(int simulations) => Math.Clamp(simulations / SimulationsPerBin, MinBins, MaxBins);

    private static double TwoSidedNormal(double z)
    {
        using var scope = NewDisposeScope();
        return special.erfc(tensor(Math.Abs(z) / Math.Sqrt(2), float64)).item<double>();
    }
}
