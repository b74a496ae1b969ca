using FFF.Flows;
using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Plots;

/// <summary>Samples of a flow beside those of a reference: a posterior, or data that were held out.</summary>
internal static class PosteriorPlot
{
    /// <summary>At most so many dimensions are drawn, the first ones.</summary>
    public const int MaxDimensions = 10;

    /// <summary>What a reference is called if nothing else is said.</summary>
    public const string Reference = "reference";

    /// <summary>
    /// Draws samples as a PNG about 1000 pixels wide, more from six dimensions on. In the plane: a panel of dots for either
    /// side, with the same axes. In any other number of dimensions D: a pair plot, histograms on its diagonal and contours
    /// around 50 % and 90 % of the samples below, or dots where there are fewer than 500; of the first ten dimensions where
    /// there are more.
    /// </summary>
    /// <remarks>
    /// The axes show nearly all of the reference and leave out far samples of the flow: their number is written beside it.
    /// Samples that are not finite are left out and counted likewise.
    /// </remarks>
    /// <param name="samples">The flow's samples, [N, D].</param>
    /// <param name="reference">What they should look like, [M, D]; null where there is none.</param>
    /// <param name="names">The names of the dimensions, with units where they have any; D of them.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <param name="samplesName">What the samples are called, as by <see cref="MethodConfig.Label"/>.</param>
    /// <param name="referenceName">What the reference is called.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together, or there are no samples.</exception>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void Save(
        Tensor samples, Tensor? reference, IReadOnlyList<string> names, string title, string path, string samplesName, string referenceName = Reference)
    {
        var (flow, other) = Sides(samples, reference, names, samplesName, referenceName);
        var ranges = Ranges(flow, other, null);
        var heading = Heading(title, names.Count);
        using var picture = names.Count == 2
            ? ScatterPlot.Draw(flow, other, ranges, names, heading)
            : PairPlot.Draw(flow, other, null, ranges, names, heading, PairStyle.Contours);
        picture.Save(path);
    }

    /// <summary>
    /// Draws samples of a posterior as a pair plot in any number of dimensions: histograms on its diagonal, dots below, of
    /// the reference as many as of the flow, and the parameters that the data were simulated from.
    /// </summary>
    /// <param name="samples">The flow's samples, [N, D].</param>
    /// <param name="reference">What they should look like, [M, D]; null where there is none.</param>
    /// <param name="truth">The true parameters, [D]; null where they are not known.</param>
    /// <param name="names">The names of the parameters, D of them.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <param name="samplesName">What the samples are called, as by <see cref="MethodConfig.Label"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together, or there are no samples.</exception>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void SavePairs(
        Tensor samples, Tensor? reference, Tensor? truth, IReadOnlyList<string> names, string title, string path, string samplesName)
    {
        var (flow, other) = Sides(samples, reference, names, samplesName, Reference);
        var point = truth is null ? null : SampleColumns.Of(truth.unsqueeze(0), flow.Values.Columns.Length).Columns.Select(column => column[0]).ToArray();
        using var picture = PairPlot.Draw(flow, other, point, Ranges(flow, other, point), names, Heading(title, names.Count), PairStyle.Dots);
        picture.Save(path);
    }

    private static (Sampled Flow, Sampled? Reference) Sides(
        Tensor samples, Tensor? reference, IReadOnlyList<string> names, string samplesName, string referenceName)
    {
        Require(samples, nameof(samples), names.Count);
        var dimensions = Math.Min(names.Count, MaxDimensions);
        var flow = new Sampled(samplesName, SampleColumns.Of(samples, dimensions), Palette.First);
        if (reference is null)
        {
            return (flow, null);
        }

        Require(reference, nameof(reference), names.Count);
        return (flow, new Sampled(referenceName, SampleColumns.Of(reference, dimensions), Palette.Second));
    }

    private static AxisRange[] Ranges(Sampled flow, Sampled? reference, double[]? truth) =>
        [.. flow.Values.Columns.Select((column, d) => AxisRange.Of(column, reference?.Values.Columns[d] ?? []).With(truth?[d]))];

    private static string Heading(string title, int dimensions) =>
        dimensions > MaxDimensions ? $"{title}: the first {MaxDimensions} of {dimensions} dimensions" : title;

    private static void Require(Tensor values, string what, int dimensions)
    {
        if (values.dim() != 2 || values.shape[0] == 0 || values.shape[1] == 0 || values.shape[1] != dimensions)
        {
            throw new ArgumentException(
                $"Of shape [{string.Join(", ", values.shape)}], where [N, {dimensions}] with N ≥ 1 was expected to fit {dimensions} names.", what);
        }
    }
}
