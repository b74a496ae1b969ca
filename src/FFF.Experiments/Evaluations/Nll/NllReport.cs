using FFF.Datasets;
using FFF.Flows;
using FFF.Spaces;
using static FFF.Formats.NumberText;
using static TorchSharp.torch;

namespace FFF.Evaluations.Nll;

/// <summary>The likelihood of held-out data: exact, but for molecules the evidence bound.</summary>
/// <param name="Split">test, or validation where there are no test data.</param>
/// <param name="Samples">How many.</param>
/// <param name="Nll">−log p(x) through the encoder's Jacobian, in nats, in the data's own units.</param>
/// <param name="NllStandardError">Of that mean.</param>
/// <param name="NllDecoder">The same through the decoder's Jacobian.</param>
/// <param name="NllDecoderStandardError">Of that mean.</param>
/// <param name="Reconstruction">‖x − g(f(x))‖², standardised: where it is not small, the likelihoods are spurious.</param>
/// <param name="IsBound">Whether they are bounds, as types and charges of molecules are discrete (<see cref="Flows.Molecules.MoleculeFlow.LogLikelihood"/>).</param>
internal sealed record NllReport(
    string Split, long Samples, double Nll, double NllStandardError, double NllDecoder, double NllDecoderStandardError, double Reconstruction, bool IsBound = false)
{
    /// <summary>The exact likelihood of the test data, or of the validation data where there are none.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="dataset">The data set it was trained on.</param>
    /// <param name="most">At most so many samples, from the first on; all if left out.</param>
    /// <exception cref="DatasetException">No data were held out.</exception>
    public static NllReport Of(DensityModel flow, Dataset dataset, int? most = null)
    {
        using var scope = NewDisposeScope();
        var (split, samples) = dataset.Test is { } test ? ("test", test) : ("validation", dataset.Validation);
        if (samples.Count == 0)
        {
            throw new DatasetException(NothingHeldOut(dataset));
        }

        var count = Math.Min(samples.Count, most ?? samples.Count);
        var data = samples.Data.narrow(0, 0, count);
        var likelihood = flow.LogLikelihood(new Samples(data, samples.Condition?.narrow(0, 0, count)));
        var (encoder, decoder) = (likelihood.Encoder, likelihood.Decoder);
        double StandardError(Tensor values) => count < 2 ? 0 : values.std().item<double>() / Math.Sqrt(count);
        return new(
            split, count, -encoder.mean().item<double>(), StandardError(encoder), -decoder.mean().item<double>(), StandardError(decoder), likelihood.Reconstruction.mean().item<double>(),
            flow.Flow is not IExactDensity);
    }

    /// <summary>What is said where there is nothing to evaluate on.</summary>
    internal static string NothingHeldOut(Dataset dataset) =>
        $"{dataset.Name}: no data were held out to evaluate on. Set data.test_fraction or data.validation_fraction and train again.";

    /// <summary>The report as a result that is kept and shown.</summary>
    public EvaluationResult Result() => new(ReportJson.Of(this), Metrics(), Table());

    private Dictionary<string, double> Metrics() => new()
    {
        ["nll"] = Nll,
        ["nll.standard_error"] = NllStandardError,
        ["nll.decoder"] = NllDecoder,
        ["nll.reconstruction"] = Reconstruction,
    };

    private ResultTable Table() => new(
        new NamedValues(
            ("NLL", $"{Fixed(Nll, 4)} ± {Fixed(NllStandardError, 4)} nats, {(IsBound ? "the evidence bound" : "exact")}, by the encoder"),
            ("NLL, decoder", $"{Fixed(NllDecoder, 4)} ± {Fixed(NllDecoderStandardError, 4)} nats"),
            ("reconstruction", $"{Number(Reconstruction)} (standardised; where it is not small, the NLL is spurious)"),
            ("samples", $"{Count(Samples)} of the {Split} data")),
        new TextLine());
}
