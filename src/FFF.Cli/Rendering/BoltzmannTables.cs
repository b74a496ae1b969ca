using FFF.Evaluation.Boltzmann;
using FFF.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>The evaluation of a Boltzmann generator for people.</summary>
internal static class BoltzmannTables
{
    private const string None = "–";

    public static IRenderable Of(BoltzmannReport report) => new Rows(
        Likelihoods(report),
        Tables.Pairs([.. Flow(report), .. Weights(report), .. FreeEnergy(report)]),
        Distributions(report),
        Tables.Pairs(
        [
            .. report.LeftOut.Select(reason => ("left out", reason)),
            ("data", $"{report.Data}: {report.Particles} particles in {report.Dimensions} dimensions; {Words.Count(report.Evaluated)} of the {report.Split} data evaluated"),
            ("checkpoint", $"{report.Checkpoint}, samples of seed {report.Seed}"),
            ("time", $"{Words.Fixed(report.Seconds, 1)} s"),
        ]),
        Text.Empty);

    private static Table Likelihoods(BoltzmannReport report)
    {
        var table = Tables.Create(
            ("nats", Justify.Left), ("fully normalised", Justify.Right), ("standard error", Justify.Right), ("without ½(N−1)d log 2π", Justify.Right), ("distance to the limit (KL)", Justify.Right));
        Row("NLL, encoder", report.NllEncoder, report.Limit?.DistanceEncoder);
        Row("NLL, decoder", report.NllDecoder, report.Limit?.DistanceDecoder);
        return report.Limit is { } limit
            ? table.Row("entropy, the limit", Words.Fixed(limit.Entropy.Value, 4), Words.Fixed(limit.Entropy.StandardError, 4), Words.Fixed(limit.WithoutConstant, 4), "0")
            : table;

        void Row(string name, SubspaceNll nll, MeanEstimate? distance) => table.Row(
            name, Words.Fixed(nll.Normalized, 4), Words.Fixed(nll.StandardError, 4), Words.Fixed(nll.WithoutConstant, 4), distance is null ? None : Estimate(distance, 4));
    }

    private static IEnumerable<(string, string)> Flow(BoltzmannReport report)
    {
        var (perCoordinate, samples) = (Math.Sqrt(report.Reconstruction.Value / (report.Particles * report.Dimensions)), report.Samples);
        yield return ("reconstruction", $"{Words.Number(report.Reconstruction.Value)} ± {Words.Number(report.Reconstruction.StandardError, 2)} (squared, all coordinates; {Words.Number(perCoordinate, 2)} for each; where it is not small, the NLL is spurious)");
        yield return ("samples", $"{Words.Count((long)samples.PerSecond)} systems per second, {Words.Count((long)samples.PerSecondWithDensity)} with densities (batches of {Words.Count(samples.Batch)} and {Words.Count(samples.BatchWithDensity)})");
    }

    private static IEnumerable<(string, string)> Weights(BoltzmannReport report)
    {
        if (report.Weights is { } weights)
        {
            yield return ("effective samples", $"{Words.Percent(weights.EffectiveShare)}, {Words.Fixed(weights.EffectiveSamples, 1)} of {Words.Count(report.Samples.Count)} (Kish, by importance weights; the largest has {Words.Percent(weights.LargestShare)} of all weight)");
            yield return ("log Z, samples", $"{Estimate(weights.LogZ, 4)} (by importance weights, error by the bootstrap; the free energy is −log Z){(weights.LogZDifference is { } difference ? $"; minus that by annealing: {Estimate(difference, 4)}" : "")}");
        }

        if (report.Limit is { } limit)
        {
            yield return ("log Z, annealing", $"{Estimate(limit.LogZ, 4)} ({Words.Count(limit.Chains)} chains of {Words.Count(limit.Steps)} steps, {Words.Percent(limit.EffectiveShare)} of them effective)");
            yield return ("mean energy", $"{Estimate(limit.MeanEnergy, 4)} over all data; with log Z by annealing it is the entropy");
        }
    }

    private static IEnumerable<(string, string)> FreeEnergy(BoltzmannReport report)
    {
        if (report.PairFreeEnergy is { } pair)
        {
            yield return ("pair free energy", $"data {Estimate(pair.Data, 3)}, samples {Estimate(pair.Samples, 3)}, reweighted {Estimate(pair.Reweighted, 3)} (of distances beyond {Words.Number(pair.Barrier)}, the barrier, minus those within)");
        }
    }

    private static Table Distributions(BoltzmannReport report)
    {
        var table = Tables.Create(
            ($"against the {report.Split} data", Justify.Left), ("mean", Justify.Right), ("mean of the data", Justify.Right), ("Wasserstein-1", Justify.Right), ($"total variation, {EmpiricalDistribution.Bins} bins", Justify.Right));
        foreach (var (name, of) in new[] { ("energies", report.Energies), ("pair distances", report.PairDistances) })
        {
            if (of is not null)
            {
                Row($"{name}, samples", of.Samples, of.DataMean);
                Row($"{name}, reweighted", of.Reweighted, of.DataMean);
                Row($"{name}, training data", of.Training, of.DataMean);
            }
        }

        return table;

        void Row(string name, ComparedDistribution? compared, double dataMean)
        {
            if (compared is not null)
            {
                table.Row(name, Words.Number(compared.Mean, 5), Words.Number(dataMean, 5), Words.Number(compared.Wasserstein1, 3), Words.Fixed(compared.TotalVariation, 3));
            }
        }
    }

    private static string Estimate(MeanEstimate? estimate, int digits) =>
        estimate is null ? None : $"{Words.Fixed(estimate.Value, digits)} ± {Words.Fixed(estimate.StandardError, digits)}";
}
