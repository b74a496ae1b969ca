using FFF.Flows;
using FFF.Formats;
using ScottPlot;
using static TorchSharp.torch;

namespace FFF.Plots;

/// <summary>Samples of a flow beside those of a reference: a posterior, or data that were held out.</summary>
internal static class PosteriorPlot
{
    /// <summary>At most so many dimensions are drawn, the first ones.</summary>
    public const int MaxDimensions = 10;

    /// <summary>The most sides of a pair plot: as many as there are colours that stay apart.</summary>
    public static int MaxSides => Palette.Several.Count;

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
        var flow = Side(samples, samplesName, Palette.Several[0], names);
        var other = reference is null ? null : Side(reference, referenceName, Palette.Several[1], names);
        var ranges = Ranges(other is null ? [flow] : [flow, other], new PairMarks());
        var heading = Heading(title, names.Count);
        using var picture = names.Count == 2
            ? ScatterPlot.Draw(flow, other, ranges, names, heading)
            : PairPlot.Draw(other is null ? [flow] : [flow, other], new PairMarks(), ranges, names, heading, PairStyle.Contours);
        picture.Save(path);
    }

    /// <summary>
    /// Draws samples as a pair plot in any number of dimensions: histograms on its diagonal, pairs below, and what is marked. The axes show nearly all of the
    /// last side, and leave out far samples of the others: their number is written beside them.
    /// </summary>
    /// <param name="sides">
    /// The samples of each side, [N, D], by what they are called, at most <see cref="MaxSides"/>; the last are a reference, where there is one.
    /// </param>
    /// <param name="marks">What else is marked, for D dimensions.</param>
    /// <param name="names">The names of the dimensions, D of them.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <param name="style">How pairs are shown.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together, or there are no samples.</exception>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void SavePairs(
        IReadOnlyList<(string Name, Tensor Values)> sides, PairMarks marks, IReadOnlyList<string> names, string title, string path, PairStyle style)
    {
        var drawn = sides.Index().Select(side => Side(side.Item.Values, side.Item.Name, Palette.Several[side.Index], names)).ToArray();
        using var picture = PairPlot.Draw(drawn, marks, Ranges(drawn, marks), names, Heading(title, names.Count), style);
        picture.Save(path);
    }

    private static Sampled Side(Tensor values, string name, Color color, IReadOnlyList<string> names)
    {
        Require(values, name, names.Count);
        return new(name, SampleColumns.Of(values, Math.Min(names.Count, MaxDimensions)), color);
    }

    private static AxisRange[] Ranges(IReadOnlyList<Sampled> sides, PairMarks marks) =>
        [.. Enumerable.Range(0, sides[0].Values.Columns.Length).Select(d => Range([.. sides.Select(side => side.Values.Columns[d])]).With(marks.Truth?[d]))];

    private static AxisRange Range(double[][] columns) => columns.Length == 1
        ? AxisRange.Of(columns[0], [])
        : columns[..^1].Select(column => AxisRange.Of(column, columns[^1])).Aggregate((one, other) => one.Joined(other));

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
