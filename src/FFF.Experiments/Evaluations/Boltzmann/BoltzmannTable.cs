using FFF.Evaluation.Boltzmann;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations.Boltzmann;

/// <summary>The evaluation of a Boltzmann generator for people.</summary>
internal static class BoltzmannTable
{
    private const string None = "–";

    public static ResultTable Of(BoltzmannReport report) => new(
        Likelihoods(report),
        new NamedValues([.. Flow(report), .. Weights(report), .. FreeEnergy(report)]),
        Distributions(report),
        new NamedValues(
        [
            .. report.LeftOut.Select(reason => ("left out", reason)),
            ("data", $"{report.Data}: {report.Particles} particles in {report.Dimensions} dimensions; "
                + $"{Count(report.Evaluated)} of the {report.Split} data evaluated"),
            ("checkpoint", $"{report.Checkpoint}, samples of seed {report.Seed}"),
            ("time", $"{Fixed(report.Seconds, 1)} s"),
        ]),
        new TextLine());

    private static ColumnTable Likelihoods(BoltzmannReport report)
    {
        List<string[]> rows = [Row("NLL, encoder", report.NllEncoder, report.Limit?.DistanceEncoder),
            Row("NLL, decoder", report.NllDecoder, report.Limit?.DistanceDecoder)];
        if (report.Limit is { } limit)
        {
            rows.Add(["entropy, the limit", Fixed(limit.Entropy.Value, 4), Fixed(limit.Entropy.StandardError, 4), Fixed(limit.WithoutConstant, 4), "0"]);
            if (limit.Exchange is { } exchange)
            {
                rows.Add(["entropy, by replica exchange alone", Fixed(exchange.Entropy.Value, 4), Fixed(exchange.Entropy.StandardError, 4),
                    Fixed(exchange.WithoutConstant, 4), None]);
            }
        }

        return new(
            [new("nats", IsText: true), new("fully normalised"), new("standard error"), new("without ½(N−1)d log 2π"), new("distance to the limit (KL)")],
            rows);

        static string[] Row(string name, SubspaceNll nll, MeanEstimate? distance) =>
            [name, Fixed(nll.Normalized, 4), Fixed(nll.StandardError, 4), Fixed(nll.WithoutConstant, 4), distance is null ? None : Estimate(distance, 4)];
    }

    private static IEnumerable<(string, string)> Flow(BoltzmannReport report)
    {
        var (perCoordinate, samples) = (Math.Sqrt(report.Reconstruction.Value / (report.Particles * report.Dimensions)), report.Samples);
        yield return ("reconstruction", $"{Number(report.Reconstruction.Value)} ± {Number(report.Reconstruction.StandardError, 2)} (squared, all coordinates; "
            + $"{Number(perCoordinate, 2)} for each; where it is not small, the NLL is spurious)");
        foreach (var row in Folding.Rows(report.EncoderOrientation, report.DecoderOrientation, report.Mass))
        {
            yield return row;
        }

        yield return ("samples", $"{Count((long)samples.PerSecond)} systems per second, {Count((long)samples.PerSecondWithDensity)} with densities (batches of "
            + $"{Count(samples.Batch)} and {Count(samples.BatchWithDensity)})");
    }

    private static IEnumerable<(string, string)> Weights(BoltzmannReport report)
    {
        if (report.Samples.Orientation is { } orientation)
        {
            yield return ("orientation kept", $"by {Percent(1 - orientation.DoubtfulShare)} of the samples; the others have no weight");
        }

        if (report.Weights is { } weights)
        {
            yield return ("effective samples", $"{Percent(weights.EffectiveShare)}, {Fixed(weights.EffectiveSamples, 1)} of {Count(report.Samples.Count)} "
                + $"(Kish, by importance weights; the largest has {Percent(weights.LargestShare)} of all weight)");
            yield return ("log Z, samples", $"{Estimate(weights.LogZ, 4)} (by importance weights, error by the bootstrap; "
                + $"the free energy is −log Z){(weights.LogZDifference is { } difference ? $"; minus that of the limit: {Estimate(difference, 4)}" : "")}");
        }

        if (report.Limit is { } limit)
        {
            yield return limit is { Chains: { } chains, Steps: { } steps, EffectiveShare: { } effective }
                ? ("log Z, annealing", $"{Estimate(limit.LogZ, 4)} ({Count(chains)} chains of {Count(steps)} steps, {Percent(effective)} of them effective)")
                : ("log Z, as given", Estimate(limit.LogZ, 4));
            yield return ("mean energy", $"{Estimate(limit.MeanEnergy, 4)} over all data{(report.Correlated ? "" : ", taken as independent")}; "
                + "with this log Z it is the entropy");
            if (limit.Exchange is { } exchange)
            {
                yield return ("log Z, exchange", $"{Estimate(exchange.LogZ, 4)} and mean energy {Estimate(exchange.MeanEnergy, 4)} "
                    + $"({Count(exchange.Samples)} draws of {exchange.Replicas} replicas, by Bennett's acceptance ratio)");
            }
        }
    }

    private static IEnumerable<(string, string)> FreeEnergy(BoltzmannReport report)
    {
        if (report.PairFreeEnergy is { } pair)
        {
            yield return ("pair free energy", $"data {Estimate(pair.Data, 3)}, samples {Estimate(pair.Samples, 3)}, reweighted {Estimate(pair.Reweighted, 3)} "
                + $"(of distances beyond {Number(pair.Barrier)}, the barrier, minus those within)");
        }
    }

    private static ColumnTable Distributions(BoltzmannReport report)
    {
        var rows = new List<string[]>();
        foreach (var (name, of) in new[] { ("energies", report.Energies), ("pair distances", report.PairDistances) })
        {
            if (of is not null)
            {
                Add($"{name}, samples", of.Samples, of.DataMean);
                Add($"{name}, reweighted", of.Reweighted, of.DataMean);
                Add($"{name}, training data", of.Training, of.DataMean);
            }
        }

        return new(
            [new($"against the {report.Split} data", IsText: true), new("mean"), new("mean of the data"), new("Wasserstein-1"),
                new($"total variation, {EmpiricalDistribution.Bins} bins")],
            rows);

        void Add(string name, ComparedDistribution? compared, double dataMean)
        {
            if (compared is not null)
            {
                rows.Add([name, Number(compared.Mean, 5), Number(dataMean, 5), Number(compared.Wasserstein1, 3), Fixed(compared.TotalVariation, 3)]);
            }
        }
    }

    private static string Estimate(MeanEstimate? estimate, int digits) =>
        estimate is null ? None : $"{Fixed(estimate.Value, digits)} ± {Fixed(estimate.StandardError, digits)}";
}
