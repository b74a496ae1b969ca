using FFF.Datasets;
using FFF.Evaluation;
using FFF.Flows;
using static FFF.Formats.NumberText;
using static TorchSharp.torch;

namespace FFF.Evaluations.Nll;

/// <summary>
/// The likelihood of held-out data: for molecules the evidence bound, for others exact as far as the networks are one-to-one, which
/// the signs of their determinants and the mass of the encoder's density tell.
/// </summary>
/// <param name="Split">test, or validation where there are no test data.</param>
/// <param name="Samples">How many.</param>
/// <param name="Nll">−log p(x) through the encoder's Jacobian, in nats, in the data's own units.</param>
/// <param name="NllStandardError">Of that mean; null for a single sample.</param>
/// <param name="NllDecoder">The same through the decoder's Jacobian.</param>
/// <param name="NllDecoderStandardError">Of that mean; null for a single sample.</param>
/// <param name="Reconstruction">
/// ‖x − g(f(x))‖² of the data as the flow sees them, columns standardised unless asked otherwise: where it is not small, the likelihoods are spurious.
/// </param>
/// <param name="IsBound">
/// Whether they are bounds, as types and charges of molecules are discrete (<see cref="Flows.Molecules.MoleculeFlow.LogLikelihood"/>).
/// </param>
internal sealed record NllReport(
    string Split, long Samples, double Nll, double? NllStandardError, double NllDecoder, double? NllDecoderStandardError,
    double Reconstruction, bool IsBound = false)
{
    /// <summary>Of the encoder at the data; null for flows that are one-to-one by construction, and in older files.</summary>
    public Orientation? EncoderOrientation { get; init; }

    /// <summary>Of the decoder at the data's latents.</summary>
    public Orientation? DecoderOrientation { get; init; }

    /// <summary>What the encoder's density integrates to; null where that is 1 by construction, or is not told.</summary>
    public EncoderMass? Mass { get; init; }

    /// <summary>
    /// The larger NLL, and what it gains by structure finer than the reconstruction: what runs are compared by, whatever their β. Null for bounds, and
    /// in older files.
    /// </summary>
    public double? Judged { get; init; }

    /// <summary>The entropy of the data, below which the mean over many samples cannot be; null where it is not known.</summary>
    public double? Entropy { get; init; }

    /// <summary>What speaks against trusting the likelihoods.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>The exact likelihood of the test data, or of the validation data where there are none.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="dataset">The data set it was trained on.</param>
    /// <param name="most">At most so many samples, from the first on; all if left out.</param>
    /// <param name="seed">Of the draws that tell the encoder's mass; null leaves that out.</param>
    /// <param name="work">Is told the progress, and asks to stop.</param>
    /// <exception cref="DatasetException">No data were held out.</exception>
    public static NllReport Of(DensityModel flow, Dataset dataset, int? most = null, long? seed = null, EvaluationWork? work = null)
    {
        using var scope = NewDisposeScope();
        return OfEach(flow, dataset, most, seed, work).Report;
    }

    /// <summary>The same, with the rows, those in memory at least, and the likelihood of each, whose tensors are the dispose scope's.</summary>
    /// <inheritdoc cref="Of"/>
    internal static (NllReport Report, Spaces.Samples Rows, Likelihood Each) OfEach(
        DensityModel flow, Dataset dataset, int? most, long? seed, EvaluationWork? work = null)
    {
        work ??= new();
        var (split, samples, doubts) = dataset.HeldOut;
        if (samples.Count == 0)
        {
            throw new DatasetException(NothingHeldOut(dataset));
        }

        var count = Math.Min(samples.Count, most ?? samples.Count);
        var likelihood = flow.LogLikelihood(samples, count, work.Told("likelihoods"), work.Stop);
        var evaluated = samples.Part(0, Math.Min(count, samples.Ranges().First().Count));
        var (encoder, decoder) = (likelihood.Encoder, likelihood.Decoder);
        double? StandardError(Tensor values) => NllMeans.StandardError(values) * (dataset.Correlation?.Inflation(count) ?? 1);
        var report = new NllReport(
            split, count, -encoder.mean().item<double>(), StandardError(encoder), -decoder.mean().item<double>(), StandardError(decoder),
            likelihood.Reconstruction.mean().item<double>(), flow.Flow is not IExactDensity)
        {
            EncoderOrientation = Orientation.Of(likelihood.EncoderSign),
            DecoderOrientation = Orientation.Of(likelihood.DecoderSign),
            Judged = flow.Flow is IExactDensity ? JudgedOf(flow, likelihood) : null,
            Mass = seed is { } draws && likelihood.EncoderSign is not null
                ? EncoderMass.Of(flow, evaluated, draws, null, work.Told("encoder's mass"), work.Stop)
                : null,
        };
        return (report with
        {
            Doubts =
            [
                .. Folding.Doubts(report.EncoderOrientation, report.DecoderOrientation, report.Mass),
                .. Folding.Spurious(report.Nll, report.NllDecoder, report.Judged ?? double.NaN, flow.Flow.Latent.DensityDimension(flow.Dimension)),
                .. OffSubspace.Doubts(flow, evaluated),
                .. doubts,
            ],
        }, evaluated, likelihood);
    }

    private static double JudgedOf(DensityModel flow, Likelihood likelihood)
    {
        var worse = Math.Max(-likelihood.Encoder.mean().item<double>(), -likelihood.Decoder.mean().item<double>());
        return worse + JudgedNll.Excess(
            worse + likelihood.LogDet!.mean().item<double>(), likelihood.Reconstruction, flow.Flow.Latent.DensityDimension(flow.Dimension));
    }

    /// <summary>What is said where there is nothing to evaluate on.</summary>
    internal static string NothingHeldOut(Dataset dataset) =>
        $"{dataset.Name}: no data were held out to evaluate on. Set data.test_fraction or data.validation_fraction and train again.";

    /// <summary>The report as a result that is kept and shown.</summary>
    public EvaluationResult Result() => new(ReportJson.Of(this), Metrics(), Table()) { Doubts = Doubts };

    private Dictionary<string, double> Metrics()
    {
        var metrics = new Dictionary<string, double>
        {
            ["nll"] = Nll,
            ["nll.decoder"] = NllDecoder,
            ["nll.reconstruction"] = Reconstruction,
        };
        if (Judged is { } judged)
        {
            metrics["nll.judged"] = judged;
        }

        if (NllStandardError is { } error)
        {
            metrics["nll.standard_error"] = error;
        }

        if (Mass is { } mass)
        {
            metrics["nll.encoder_mass"] = mass.OnSamples.Value;
        }

        return metrics;
    }

    private ResultTable Table() => new(
        new NamedValues(
        [
            ("NLL", $"{Estimate(Nll, NllStandardError, 4)} nats, {Kind()}, by the encoder"),
            ("NLL, decoder", $"{Estimate(NllDecoder, NllDecoderStandardError, 4)} nats"),
            .. Judged is { } judged
                ? [("NLL, judged", $"{Number(judged, 4)} nats (the larger, and what it tells more finely than the reconstruction: what runs are compared by)")]
                : Array.Empty<(string, string)>(),
            .. Entropy is { } entropy ? [("entropy, the limit", $"{Number(entropy, 4)} nats")] : Array.Empty<(string, string)>(),
            ("reconstruction", $"{Number(Reconstruction)} (of the data as the flow sees them; where it is not small, the NLL is spurious)"),
            .. Folding.Rows(EncoderOrientation, DecoderOrientation, Mass),
            ("samples", $"{Count(Samples)} of the {Split} data"),
        ]),
        new TextLine());

    private string Kind() => IsBound ? "the evidence bound" : Doubts.Count > 0 ? "in doubt" : EncoderOrientation is null ? "exact" : "exact where one-to-one";
}
