using FFF.Evaluation.Boltzmann;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations.Energies;

/// <summary>What energies of data tell, for people.</summary>
internal static class EnergiesTable
{
    /// <summary>Weights that are worth a smaller share of their rows differ by enough to hide more that is not in the data.</summary>
    private const double UnevenShare = 0.95;

    public static ResultTable Of(EnergiesReport report) => new(
        Data(report),
        new NamedValues(
        [
            .. Bridge(report),
            .. Reach(report),
            ("energies", $"{report.Source}: {Text(report.MeanEnergy)} kT, deviation {Fixed(report.EnergyDeviation, 3)} kT"),
            ("temperature", report.Encoder.Slope.Value is > 0 and var slope
                ? $"the flow follows {Fixed(1 / slope, 3)} kT, by the slope of −log q against U"
                : "the flow follows none: it is no less dense where the energy is high"),
            ("data", $"{report.Data}: {Count(report.Rows)} of the {report.Split} data, worth {Number(report.IndependentRows, 4)} independent ones by their "
                + "energies"),
            ("checkpoint", $"{report.Checkpoint}{(report.Bridge is null ? "" : $", samples of seed {report.Seed}")}"),
        ]),
        new TextLine());

    private static ColumnTable Data(EnergiesReport report)
    {
        var (encoder, decoder) = (report.Encoder, report.Decoder);
        IReadOnlyList<string> Row(string name, Func<DataSide, string> of) => [name, of(encoder), of(decoder)];
        return new(
            [new($"on the {report.Split} data", IsText: true), new("by the encoder"), new("by the decoder")],
            [
                Row("NLL, nats", side => Text(side.Nll)),
                Row("log Z, by the data alone", side => Text(side.LogZ)),
                Row("KL(data‖flow), nats", side => Text(side.Divergence)),
                Row("entropy of the data, nats", side => Text(side.Entropy)),
                Row("slope of −log q against U", side => Text(side.Slope)),
                Row("correlation of both", side => Fixed(side.Correlation, 4)),
                Row("effective data, Kish", side => $"{Number(side.EffectiveSamples, 4)} ({Percent(side.EffectiveShare)})"),
                Row("largest weight", side => Percent(side.LargestShare)),
            ]);
    }

    private static IEnumerable<(string, string)> Bridge(EnergiesReport report)
    {
        if (report.Bridge is not { } bridge)
        {
            yield return ("left out", "log Z by samples of the flow, as their energies cannot be computed from those of rows: data.energy tells how.");
            yield break;
        }

        yield return ("log Z, samples", $"{Text(bridge.Samples.LogZ)} by {Percent(bridge.Samples.EffectiveShare)} effective samples");
        yield return ("log Z, both", $"{Text(bridge.LogZ)} by data and samples (Bennett's acceptance ratio)");
        yield return ("by that", $"KL(data‖flow) {Text(bridge.Divergence)}, entropy of the data {Text(bridge.Entropy)}, both by the decoder");
    }

    /// <summary>By Jensen's inequality −log⟨w⟩ is too large on average; what no row has reached is in no error.</summary>
    private static IEnumerable<(string, string)> Reach(EnergiesReport report)
    {
        if (Math.Min(report.Encoder.EffectiveShare, report.Decoder.EffectiveShare) < UnevenShare)
        {
            yield return ("by the data", "alone, log Z and the entropy are upper bounds on average, and KL is a lower one: their errors know nothing of where "
                + "the flow is dense and no row lies.");
        }
    }

    private static string Text(MeanEstimate estimate) => Estimate(estimate.Value, estimate.StandardError, 4);
}
