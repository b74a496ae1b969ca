using FFF.Datasets;
using FFF.Evaluation.Boltzmann;
using FFF.Evaluation.Theory;
using FFF.Flows;
using FFF.Randomness;
using FFF.Spaces;
using static FFF.Formats.NumberText;
using static TorchSharp.torch;

namespace FFF.Evaluations.Theory;

/// <summary>What the theory of free-form flows asks of a run, measured.</summary>
/// <param name="Split">test, or validation where there are no test data.</param>
/// <param name="Samples">How many.</param>
/// <param name="Nll">−log p(x) through the encoder's Jacobian, in nats, in the data's own units.</param>
/// <param name="NllDecoder">The same through the decoder's.</param>
/// <param name="Bound">The spread-KL bound.</param>
/// <param name="InverseError">How far J_f J_g is from 1.</param>
/// <param name="Gradient">The bias of the surrogate's gradient; null in many dimensions, and where the exact gradient is zero or not finite.</param>
/// <param name="Codes">Where the encoder is not one-to-one; null in many dimensions.</param>
/// <param name="Verdict">Whether β is large enough.</param>
internal sealed record TheoryReport(
    string Split, long Samples, MeanEstimate Nll, MeanEstimate NllDecoder, SpreadBound Bound, InverseError InverseError,
    GradientBias? Gradient, SharedCodes? Codes, TheoryVerdict Verdict)
{
    /// <summary>The bound among a manifest's results.</summary>
    public const string BoundMetric = "theory.spread_bound";

    /// <summary>The entropy of the data in nats, where it is known: less this the bound is one of the spread divergence.</summary>
    public double? Entropy { get; init; }

    /// <summary>What speaks against trusting results on these data.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>Measures on data that were held out.</summary>
    /// <param name="model">A free-form flow on rows of numbers.</param>
    /// <param name="beta">The weight of the reconstruction that it was trained with at last.</param>
    /// <param name="dataset">The data set it was trained on.</param>
    /// <param name="options">How many rows.</param>
    /// <param name="entropy">Of the data; null where it is not known.</param>
    /// <param name="seed">Of the rows that searches start from.</param>
    /// <param name="work">Is told the progress, and asks to stop.</param>
    public static TheoryReport Of(
        DensityModel model, double beta, Dataset dataset, TheoryEvaluation options, double? entropy, long seed, EvaluationWork work)
    {
        using var scope = NewDisposeScope();
        var flow = (FreeFormFlow)model.Flow;
        var (split, all, doubts) = dataset.HeldOut;
        var rows = all.Part(0, Math.Min(all.Count, options.Samples));
        var likelihood = model.LogLikelihood(rows, rows.Count, work.Told("likelihoods"), work.Stop);
        var bound = SpreadBound.Of(likelihood, beta, dataset.Correlation);
        MeanEstimate Nll(Tensor logProb) => MeanEstimate.Of([.. logProb.data<double>().Select(value => -value)], dataset.Correlation);
        var (nll, nllDecoder) = (Nll(likelihood.Encoder), Nll(likelihood.Decoder));

        var samples = model.Transformed(rows).Samples;
        var (x, condition) = (samples.Data, model.Settings.ForEvaluation(samples.Condition, samples.Data));
        var inverse = InverseError.Of(flow, x, condition, dataset.Correlation, work.Told("inverses"), work.Stop);
        var isSmall = flow.DensityDimension <= ObjectiveConfig.MaxExactDimension;
        var some = Math.Min(rows.Count, options.GradientSamples);
        var gradient = isSmall
            ? GradientBias.Of(flow, x.narrow(0, 0, some), condition?.narrow(0, 0, some), work.Told("gradients"), work.Stop)
            : null;
        using var random = NamedSeed.Stream(seed, "theory/starts");
        var codes = isSmall
            ? SecondPreimages.Of(
                flow, x, condition, options.InjectivitySamplesIn(flow.DensityDimension), random, work.Told("points of the same code"), work.Stop)
            : null;
        var verdict = TheoryVerdict.Of(new(
            flow.DensityDimension, nll.Value, nllDecoder.Value, bound.Slack.Value, inverse.Relative, gradient, codes));
        return new(split, rows.Count, nll, nllDecoder, bound, inverse, gradient, codes is null ? null : SharedCodes.Of(codes, rows, model), verdict)
        {
            Entropy = entropy,
            Doubts = [.. verdict.Beta == BetaVerdict.TooSmall ? [verdict.Words(bound.Beta)] : Array.Empty<string>(), .. doubts],
        };
    }

    /// <summary>The report as a result that is kept and shown.</summary>
    public EvaluationResult Result() => new(ReportJson.Of(this), Metrics(), Table()) { Doubts = Doubts };

    private Dictionary<string, double> Metrics()
    {
        var metrics = new Dictionary<string, double>
        {
            [BoundMetric] = Bound.Value.Value,
            ["theory.spread_bound.standard_error"] = Bound.Value.StandardError,
            ["theory.inverse_error"] = InverseError.Relative,
            ["theory.spurious_nats"] = Verdict.SpuriousNats,
        };
        if (Gradient is not null)
        {
            metrics["theory.gradient_bias"] = Gradient.Relative.Value;
            metrics["theory.gradient_cosine"] = Gradient.Cosine.Value;
        }

        if (Codes is not null)
        {
            metrics["theory.shared_codes"] = Codes.Share.Value;
        }

        return metrics;
    }

    private ResultTable Table() => new(
        new NamedValues(
        [
            ("spread-KL bound", $"{Estimate(Bound.Value, 4)} nats (NLL {Fixed(Nll.Value, 4)} + β·reconstruction {Fixed(Bound.Slack.Value, 4)}, "
                + $"β = {Number(Bound.Beta)}): no less than the entropy of the data, and the KL divergence of data and samples with noise of "
                + $"σ = {Number(Bound.Sigma, 3)} on both, together" + (OfSharedCodes > 0 ? $", if {Number(OfSharedCodes, 3)} is added for shared codes" : "")),
            .. Entropy is { } entropy
                ? [("spread KL", $"at most {Estimate(Divergence(entropy), 4)} nats (the entropy is {Fixed(entropy, 4)})")]
                : Array.Empty<(string, string)>(),
            ("‖J_f J_g − 1‖", $"{Estimate(InverseError.Norm, 4)}, in the median {Percent(InverseError.Relative)} of ‖1‖"),
            ("singular values", $"of J_f J_g: {Number(InverseError.SmallestSingularValue, 3)} smallest, {Number(InverseError.MedianSingularValue, 3)} median, "
                + $"{Number(InverseError.LargestSingularValue, 3)} largest"),
            ("surrogate's gradient", Gradient is null
                ? $"not compared (in up to {ObjectiveConfig.MaxExactDimension} dimensions, where the exact one is finite)"
                : $"{Percent(Gradient.Relative.Value)} ± {Percent(Gradient.Relative.StandardError)} away from the exact one, cosine "
                    + $"{Fixed(Gradient.Cosine.Value, 5)} ± {Fixed(Gradient.Cosine.StandardError, 5)} ({Count(Gradient.Rows)} rows)"),
            ("shared codes", Codes?.Words() ?? $"not looked for (in up to {ObjectiveConfig.MaxExactDimension} dimensions)"),
            ("samples", $"{Count(Samples)} of the {Split} data"),
        ]),
        new TextLine(),
        new TextLine(Verdict.Words(Bound.Beta)),
        new TextLine());

    /// <summary>What the bound lacks at most where codes are shared (<see cref="SpreadBound"/>), as far as that was found.</summary>
    private double OfSharedCodes => Codes?.Nats ?? 0;

    private MeanEstimate Divergence(double entropy) => Bound.Value with { Value = Bound.Value.Value + OfSharedCodes - entropy };

    private static string Estimate(MeanEstimate estimate, int digits) => Formats.NumberText.Estimate(estimate.Value, estimate.StandardError, digits);
}

/// <summary>Where the encoder is not one-to-one, in the data's own units.</summary>
/// <param name="Rows">How many rows were looked at.</param>
/// <param name="Share">The share of them that share their code.</param>
/// <param name="Nats">The mean logarithm of how many points have a row's code.</param>
/// <param name="Examples">Some of them: two points of one code each.</param>
internal sealed record SharedCodes(long Rows, MeanEstimate Share, double Nats, IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Examples)
{
    private const int MostColumns = 6;

    /// <summary>In the units of the rows.</summary>
    public static SharedCodes Of(SecondPreimages codes, Samples rows, DensityModel model)
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<double> Numbers(Tensor row) => [.. row.cpu().to(float64).flatten().data<double>()];
        return new(codes.Rows, new(codes.Share, codes.StandardError), codes.Nats,
        [
            .. codes.Examples.Select(example => (IReadOnlyList<IReadOnlyList<double>>)
                [Numbers(rows.Data[example.Row]), Numbers(model.Transform.Inverse(tensor(example.Other).unsqueeze(0)).X)]),
        ]);
    }

    /// <summary>It in words.</summary>
    public string Words()
    {
        var share = $"{Percent(Share.Value)} ± {Percent(Share.StandardError)} of {Count(Rows)} rows have a second point of the same code among the data";
        return Examples is [[var one, var other], ..] && one.Count <= MostColumns ? $"{share}, such as {Point(one)} and {Point(other)}" : share;
    }

    private static string Point(IReadOnlyList<double> point) => $"({string.Join(", ", point.Select(number => Number(number, 3)))})";
}
