using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>How well Markov chains have drawn, for people.</summary>
internal static class SamplingTables
{
    private const int LongestBar = 40;

    public static IRenderable Of(SamplingReport report) => new Rows(
        Tables.Pairs(
        [
            ("samples", $"{Words.Count(report.Samples)} of {report.System}, by {Words.Count(report.Chains)} chains of {Words.Count(report.Draws)} draws"),
            ("trajectories", $"{report.Thinning} from draw to draw, of "
                + $"{(report.LeapfrogSteps == 1 ? "1 leapfrog step (Langevin)" : $"{report.LeapfrogSteps} leapfrog steps")}"),
            ("replicas", $"{report.Lambdas.Count}, from a Gaussian to the system, at {List(report.Lambdas, 5)}"),
            ("step size", List(report.StepSizes, 4)),
            ("accepted", List(report.Acceptance, 3)),
            ("swaps accepted", List(report.SwapAcceptance, 3)),
            ("frozen chains", Words.Count(report.Frozen)),
            ("virial", $"{Estimate(new(report.Virial.Mean, report.Virial.StandardError), 3)}; (N−1)·d is {report.Dimension}"),
            ("log Z", $"{Estimate(report.LogZ, 4)} (by Bennett's acceptance ratio between the replicas)"),
            ("entropy", $"{Estimate(report.Entropy, 4)}, without ½(N−1)d log 2π "
                + $"{Words.Fixed(report.Entropy.Value - SubspaceNll.Constant(report.Dimension), 4)}: the limit of a flow's NLL"),
            ("time", $"{Words.Fixed(report.Seconds, 1)} s on {report.Device}"),
        ]),
        Statistics(report),
        Histogram(report.EnergyHistogram));

    private static FittingTable Statistics(SamplingReport report)
    {
        var table = Tables.Create(
            ("", Justify.Left), ("mean", Justify.Right), ("standard error", Justify.Right), ("std", Justify.Right),
            ("split R-hat", Justify.Right), ("autocorrelation time, draws", Justify.Right), ("effective samples", Justify.Right));
        foreach (var (name, of) in new[] { ("energy", report.Energy), ("gyration radius", report.GyrationRadius), ("virial", report.Virial) })
        {
            table.Row(
                name, Words.Fixed(of.Mean, 3), Words.Fixed(of.StandardError, 3), Words.Fixed(of.Std, 3),
                Words.Fixed(of.RHat, 3), Words.Fixed(of.AutocorrelationTime, 2), Words.Count((long)of.EffectiveSamples));
        }

        return table;
    }

    private static FittingTable Histogram(EnergyHistogram histogram)
    {
        var table = Tables.Create(("energy from", Justify.Right), ("samples", Justify.Right), ("", Justify.Left));
        var (width, most) = ((histogram.High - histogram.Low) / histogram.Counts.Count, histogram.Counts.Max());
        foreach (var (bin, count) in histogram.Counts.Index())
        {
            table.Row(Words.Fixed(histogram.Low + bin * width, 2), Words.Count(count), new string('#', (int)(LongestBar * count / most)));
        }

        return table;
    }

    private static string Estimate(MeanEstimate estimate, int digits) =>
        $"{Words.Fixed(estimate.Value, digits)} ± {Words.Fixed(estimate.StandardError, digits)}";

    private static string List(IEnumerable<double> numbers, int digits) => string.Join(", ", numbers.Select(number => Words.Fixed(number, digits)));
}
