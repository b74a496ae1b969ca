using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using FFF.Evaluations.Boltzmann;
using FFF.Flows;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluations.Energies;

/// <summary>What the energies of held-out data tell of a flow q that was trained on data of p = exp(−U)/Z, in units of kT and nats.</summary>
/// <param name="Data">What the data are called.</param>
/// <param name="Source">Where the energies are from.</param>
/// <param name="Split">Where the evaluated data are from: test or validation.</param>
/// <param name="Rows">How many of them.</param>
/// <param name="NotFinite">How many of them have an energy or a likelihood that is not finite, and are left out.</param>
/// <param name="Dimension">S, of what the density lives on.</param>
/// <param name="Checkpoint">The checkpoint that was evaluated.</param>
/// <param name="Seed">Of the samples.</param>
/// <param name="MeanEnergy">⟨U⟩.</param>
/// <param name="EnergyDeviation">The standard deviation of U.</param>
/// <param name="IndependentRows">How many independent rows would tell as much of ⟨U⟩.</param>
/// <param name="Encoder">With the likelihoods by the encoder.</param>
/// <param name="Decoder">With those by the decoder.</param>
/// <param name="Bridge">With samples of the flow; null where their energies cannot be computed.</param>
/// <param name="EncoderOrientation">Of the encoder at the data; null for flows that are one-to-one by construction.</param>
/// <param name="DecoderOrientation">Of the decoder at the data's latents.</param>
/// <param name="Doubts">What speaks against trusting the results.</param>
internal sealed record EnergiesReport(string Data, string Source, string Split, int Rows, int NotFinite, int Dimension, string Checkpoint, long Seed,
    MeanEstimate MeanEnergy, double EnergyDeviation, double IndependentRows, DataSide Encoder, DataSide Decoder, BridgeSide? Bridge,
    Orientation? EncoderOrientation, Orientation? DecoderOrientation, IReadOnlyList<string> Doubts)
{
    /// <summary>KL(p‖q) by the encoder.</summary>
    public const string HeadlineMetric = "energies.divergence";

    /// <summary>Evaluates a flow.</summary>
    /// <exception cref="BoltzmannException">Hardly any energy and likelihood is finite, or all energies are the same.</exception>
    public static EvaluationResult Of(DensityModel flow, BoltzmannData data, EnergiesEvaluation options, long seed, string checkpoint,
        IProgress<SamplingProgress>? progress, CancellationToken stop)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var sizes = new BoltzmannEvaluation { Samples = options.Samples, Limit = false };
        var likelihood = HeldOutLikelihood.Of(flow, data, progress, stop);
        var all = data.Energies ?? BoltzmannGenerator.Energies(data.Energy!, data.HeldOut);
        int[] rows = [.. (data.Order ?? [.. Enumerable.Range(0, all.Length)]).Where(i =>
            double.IsFinite(all[i]) && double.IsFinite(likelihood.Encoder[i]) && double.IsFinite(likelihood.Decoder[i]))];
        if (rows.Length < BoltzmannData.Fewest)
        {
            throw new BoltzmannException($"Only {rows.Length} of {all.Length} {data.Split} data have a finite energy and likelihood, but at least "
                + $"{BoltzmannData.Fewest} are needed. Training has diverged, or the data are no samples of the energy.");
        }

        double[] Taken(double[] values) => [.. rows.Select(i => values[i])];
        var (energies, encoder, decoder) = (Taken(all), Taken(likelihood.Encoder), Taken(likelihood.Decoder));
        if (energies.All(u => u == energies[0]))
        {
            throw new BoltzmannException($"All {energies.Length} {data.Split} data have the same energy: they tell nothing. Give the energy of each row.");
        }

        var (ofEncoder, ofDecoder) = (new ReciprocalWeights(energies, encoder), new ReciprocalWeights(energies, decoder));
        var mean = SeriesEstimate.Mean(energies);
        var samples = data.Energy is null ? null : BoltzmannSamples.Draw(flow, data, sizes, seed, progress, stop);
        var report = new EnergiesReport(
            data.Name, data.Energy?.Name ?? "energies of the rows", data.Split, rows.Length, all.Length - rows.Length, data.Shape.MeanFreeDimension, checkpoint,
            seed, mean.Estimate(data.Correlation), Math.Sqrt(mean.Influence.Average(u => u * u)), mean.IndependentRows(data.Correlation),
            DataSide.Of(ofEncoder, data.Correlation), DataSide.Of(ofDecoder, data.Correlation),
            samples?.Weights is { } weights ? BridgeSide.Of(ofDecoder, weights, seed, data.Correlation) : null,
            likelihood.EncoderOrientation, likelihood.DecoderOrientation, []);
        report = report with
        {
            Doubts = [.. EnergiesDoubts.Of(report), .. OffSubspace.Doubts(flow, new Samples(data.HeldOut, null)), .. data.Doubts],
        };
        var (held, drawn) = (new PlottedSide(energies, [.. encoder.Select(log => -log)]),
            samples?.Weights is { } ofSamples ? PlottedSamples(samples, ofSamples) : null);
        return new(ReportJson.Of(report), report.Metrics(), EnergiesTable.Of(report))
        {
            Doubts = report.Doubts,
            Figures = [new("energies", ".png", (run, path) => EnergiesPlot.Save(report, held, drawn, $"{run}: {report.Data}", path))],
        };
    }

    /// <summary>U and −log q = U + log w of samples that have a weight.</summary>
    private static PlottedSide PlottedSamples(BoltzmannSamples samples, ImportanceWeights weights)
    {
        (double Energy, double Nll)[] points = [.. samples.WeightOfEach!.Index().Where(weight => weight.Item > 0)
            .Select(weight => (samples.Energies![weight.Index], samples.Energies[weight.Index] + Math.Log(weight.Item) + weights.LogSum))];
        return new([.. points.Select(point => point.Energy)], [.. points.Select(point => point.Nll)]);
    }

    private Dictionary<string, double> Metrics()
    {
        var metrics = new Dictionary<string, double>
        {
            [HeadlineMetric] = Encoder.Divergence.Value,
            ["energies.divergence_decoder"] = Decoder.Divergence.Value,
            ["energies.log_z"] = Encoder.LogZ.Value,
            ["energies.entropy"] = Encoder.Entropy.Value,
            ["energies.effective_share"] = Encoder.EffectiveShare,
            ["energies.slope"] = Encoder.Slope.Value,
            ["energies.correlation"] = Encoder.Correlation,
        };
        if (Bridge is { } bridge)
        {
            metrics["energies.log_z_bridge"] = bridge.LogZ.Value;
            metrics["energies.divergence_bridge"] = bridge.Divergence.Value;
        }

        return metrics;
    }
}

/// <summary>What the data alone tell, by weights q exp(U) on them.</summary>
/// <param name="Nll">⟨−log q⟩.</param>
/// <param name="LogZ">By reciprocal importance sampling: −log ⟨q exp(U)⟩.</param>
/// <param name="Divergence">KL(p‖q) = ⟨−U − log q⟩ − log Z.</param>
/// <param name="Entropy">⟨U⟩ + log Z.</param>
/// <param name="EffectiveSamples">(Σw)²/Σw².</param>
/// <param name="EffectiveShare">The same, divided by the number of data.</param>
/// <param name="LargestShare">The largest weight's share of all.</param>
/// <param name="Slope">Of −log q against U: 1 where the flow follows exp(−U), kT/kT′ where it follows a temperature T′.</param>
/// <param name="Intercept">Of the same line.</param>
/// <param name="Correlation">Of −log q and U.</param>
internal sealed record DataSide(MeanEstimate Nll, MeanEstimate LogZ, MeanEstimate Divergence, MeanEstimate Entropy, double EffectiveSamples,
    double EffectiveShare, double LargestShare, MeanEstimate Slope, double Intercept, double Correlation)
{
    /// <summary>Of weights.</summary>
    public static DataSide Of(ReciprocalWeights weights, ChainCorrelation? correlation) => new(
        weights.Nll.Estimate(correlation), weights.LogZ.Estimate(correlation), weights.Divergence(weights.LogZ).Estimate(correlation),
        weights.Entropy(weights.LogZ).Estimate(correlation), weights.EffectiveSamples, weights.EffectiveShare, weights.LargestShare,
        weights.Line.Slope.Estimate(correlation), weights.Line.Intercept, weights.Line.Correlation);
}

/// <summary>What data and samples of the flow tell together, with likelihoods by the decoder, which draws the samples.</summary>
/// <param name="Samples">The samples' weights exp(−U)/q alone.</param>
/// <param name="LogZ">By Bennett's acceptance ratio.</param>
/// <param name="Divergence">KL(p‖q) by that.</param>
/// <param name="Entropy">⟨U⟩ + log Z by that.</param>
internal sealed record BridgeSide(WeightSummary Samples, MeanEstimate LogZ, MeanEstimate Divergence, MeanEstimate Entropy)
{
    /// <summary>Of the data's weights and the samples'.</summary>
    public static BridgeSide Of(ReciprocalWeights data, ImportanceWeights samples, long seed, ChainCorrelation? correlation)
    {
        var logZ = data.BridgedLogZ(samples.Logarithms);
        return new(
            new(samples.EffectiveShare, samples.EffectiveSamples, samples.LargestShare, new(samples.LogMean, samples.LogMeanStandardError(seed)), null),
            logZ.Estimate(correlation), data.Divergence(logZ).Estimate(correlation), data.Entropy(logZ).Estimate(correlation));
    }
}
