using System.Globalization;
using FFF.Evaluation.Boltzmann;
using FFF.Formats;
using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.Boltzmann;

/// <summary>Energies and pair distances of data, of a flow's samples, and of the same samples with their importance weights.</summary>
internal static class BoltzmannPlot
{
    private const float Width = 520;
    private const float Height = 380;
    private const float Gap = 118;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Top = 146;
    private const float MinWidth = 900;
    private const double MinShare = 0.0005;

    /// <summary>Draws a panel for the energies, where they are known, and one for the pair distances.</summary>
    /// <remarks>
    /// The axes show nearly all of the data, and samples beyond them by at most the data's own span: the share of those that
    /// are not shown is written beside it.
    /// </remarks>
    /// <param name="result">The evaluation.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void Save(BoltzmannResult result, string title, string path)
    {
        (string Name, string Axis, SampledDistributions Of)[] panels =
        [
            .. result.Energies is { } energies
                ? [("energies", "energy U, in units of the temperature", energies)]
                : Array.Empty<(string, string, SampledDistributions)>(),
            ("pair distances", "distance", result.PairDistances),
        ];
        var width = Left + (panels.Length * Width) + ((panels.Length - 1) * Gap) + Picture.Edge + 12;
        using var picture = new Picture((int)Math.Max(width, MinWidth), (int)(Top + Height + Panel.BottomRoom + 16), title);
        Keys(picture, result);
        foreach (var (i, (name, axis, of)) in panels.Index())
        {
            var left = Left + (i * (Width + Gap));
            using var panel = new Panel();
            var range = AxisRange.Of(of.Samples.Values, of.Data.Values);
            Draw(panel, of, range, Histogram.BinCount(of.Data.Values.Count), axis);
            picture.Draw(panel, new PixelRect(left, left + Width, Top + Height, Top));
            var end = picture.Text(name, left, Top - 12, Palette.Ink, Panel.LabelSize);
            picture.Text(Outside(of.Samples, range), end + 12, Top - 12, Palette.Aside, Panel.TickSize, left + Width);
        }

        picture.Save(path);
    }

    private static void Keys(Picture picture, BoltzmannResult result)
    {
        const float Baseline = 88;
        var x = picture.Key($"data ({result.Report.Split})", Left, Baseline, Palette.Second);
        x = picture.Key("samples", x, Baseline, Palette.First);
        if (result.PairDistances.Reweighted is not null)
        {
            picture.Key("reweighted samples", x, Baseline, Palette.Third);
        }
    }

    private static void Draw(Panel panel, SampledDistributions of, AxisRange range, int bins, string axis)
    {
        (EmpiricalDistribution? Distribution, Color Color)[] drawn = [(of.Data, Palette.Second), (of.Reweighted, Palette.Third), (of.Samples, Palette.First)];
        var histograms = drawn.Where(one => one.Distribution is not null)
            .Select(one => (Histogram: Histogram.Of(one.Distribution!, range, bins), one.Color))
            .ToArray();
        Panel.Linear(panel.Plot.Axes.Bottom, range, axis);

        // Reweighted, a single sample may be a spike, which must not leave the rest a flat line.
        var highest = new[] { of.Data, of.Samples }.Max(distribution => Histogram.Of(distribution, range, bins).Density.Max());
        Panel.Linear(panel.Plot.Axes.Left, new(0, 1.25 * highest), "density");
        foreach (var (histogram, color) in histograms)
        {
            panel.Steps(histogram, color, filled: color == Palette.Second);
        }
    }

    private static string Outside(EmpiricalDistribution samples, AxisRange range)
    {
        var share = samples.Values.Count(value => !range.Contains(value)) / (double)samples.Values.Count;
        return share < MinShare ? "" : string.Create(CultureInfo.InvariantCulture, $"{share:P1} of the samples' values not shown");
    }
}
