using FFF.Formats;
using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.Local;

/// <summary>
/// Samples of the posteriors that were tested, a row of histograms for each observation: bars are blue where the classifier says that the posterior is too
/// thin, vermilion where it is too dense, and the line is the histogram as it would be.
/// </summary>
internal static class LocalC2stPlot
{
    private const int MaxObservations = 6;
    private const int MaxParameters = 6;
    private const float Cell = 270;
    private const float CellHeight = 190;
    private const float GapX = 26;
    private const float GapY = Panel.BottomRoom + 46;
    private const float Left = Picture.Edge + 20;
    private const float Top = 176;
    private const float MinWidth = 900;

    /// <summary>At this ratio of the densities, and beyond, the colour is full.</summary>
    private const double FullRatio = 2;

    /// <summary>Draws them.</summary>
    /// <param name="report">The tests.</param>
    /// <param name="tested">The draws of each observation.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void Save(LocalC2stReport report, IReadOnlyList<TestedObservation> tested, string title, string path)
    {
        var names = report.Observations[0].Parameters.Select(parameter => parameter.Name).Take(MaxParameters).ToList();
        var rows = Math.Min(MaxObservations, tested.Count);
        var width = Math.Max(MinWidth, Left + (names.Count * (Cell + GapX)) + Picture.Edge);
        using var picture = new Picture((int)width, (int)(Top + (rows * (CellHeight + GapY)) - 30),
            tested.Count > rows ? $"{title}, the first {rows} of {tested.Count}" : title);
        var end = picture.Key("too thin", Left, Top - 84, Palette.First);
        end = picture.Key("too dense", end, Top - 84, Palette.Second);
        end = picture.Key("as it would be right, by the classifier", end, Top - 84, Palette.Ink);
        picture.Text(NumberText.Counted(report.PosteriorSamples, "sample") + " each", end, Top - 84, Palette.Aside, Panel.TickSize);
        for (var r = 0; r < rows; r++)
        {
            var (top, observation) = (Top + (r * (CellHeight + GapY)), report.Observations[r]);
            picture.Text($"observation {observation.Observation}: {observation.Verdict}", Left, top - 12, observation.Differs ? Palette.Second : Palette.Aside,
                Panel.TickSize);
            for (var d = 0; d < names.Count; d++)
            {
                using var panel = PanelOf(tested[r].Draws[d], tested[r].Score.Probabilities, Panel.AxisName(names[d], Cell));
                var left = Left + (d * (Cell + GapX));
                picture.Draw(panel, new PixelRect(left, left + Cell, top + CellHeight, top));
            }
        }

        picture.Save(path);
    }

    private static Panel PanelOf(double[] draws, IReadOnlyList<double> probabilities, string name)
    {
        var range = AxisRange.Of(draws, []);
        var bins = Histogram.BinCount(draws.Length);
        var own = Histogram.Of(draws, range, bins);
        var (weights, counts) = (new double[bins], new double[bins]);
        foreach (var (value, d) in draws.Zip(probabilities).Where(pair => range.Contains(pair.First)))
        {
            weights[Histogram.Bin(value, range, bins)] += d / (1 - d);
            counts[Histogram.Bin(value, range, bins)]++;
        }

        var total = probabilities.Sum(d => d / (1 - d));
        var right = new Histogram(range, [.. weights.Select(weight => weight * bins / (total * range.Span))]);
        var panel = new Panel();
        Panel.Linear(panel.Plot.Axes.Bottom, range, name);
        Panel.Linear(panel.Plot.Axes.Left, new(0, 1.08 * Math.Max(own.Density.Max(), right.Density.Max())), "");
        Panel.Unlabelled(panel.Plot.Axes.Left);
        panel.Bars(own, [.. weights.Zip(counts, (weight, count) => count > 0 ? ColorOf(weight / count) : Palette.Grid)]);
        panel.Steps(right, Palette.Ink, filled: false);
        return panel;
    }

    /// <summary>From grey, where both densities are the same, to a colour of either side.</summary>
    private static Color ColorOf(double ratio)
    {
        var share = Math.Clamp(Math.Log(ratio) / Math.Log(FullRatio), -1, 1);
        return Palette.Between(Palette.Grid, share > 0 ? Palette.First : Palette.Second, Math.Abs(share));
    }
}
