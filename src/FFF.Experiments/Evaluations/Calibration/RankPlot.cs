using System.Globalization;
using FFF.Evaluation.Calibration;
using FFF.Formats;
using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.Calibration;

/// <summary>
/// The ranks of simulation-based calibration: a histogram for each parameter, flat if the posterior is calibrated. Heaped at
/// both ends: over-confident; in the middle: under-confident; at one end: the posterior lies too far to the other.
/// </summary>
internal static class RankPlot
{
    /// <summary>At most so many parameters are drawn, the first ones.</summary>
    public const int MaxParameters = 20;

    private const int MaxColumns = 5;
    private const float MinCell = 270;
    private const float CellHeight = 190;
    private const float GapX = 26;
    private const float GapY = 52;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Top = 142;
    private const float MinWidth = 880;

    /// <summary>Draws the histograms with the band in which 95 % of a calibrated posterior's bars end.</summary>
    /// <param name="report">The calibration.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void Save(CalibrationReport report, string title, string path)
    {
        ParameterCalibration[] shown = [.. report.Parameters.Take(MaxParameters), .. report.Tarp is { } tarp ? [tarp] : Array.Empty<ParameterCalibration>()];
        var columns = shown.Length <= MaxColumns ? shown.Length : Math.Min(MaxColumns, (int)Math.Ceiling(Math.Sqrt(shown.Length)) + 1);
        var rows = (shown.Length + columns - 1) / columns;
        var bins = shown[0].Ranks.Histogram.Count;
        var (low, high) = RankStatistics.BinBand(report.Simulations, bins);
        var highest = 1.08 * Math.Max(high, shown.Max(parameter => parameter.Ranks.Histogram.Max()));
        var cell = Math.Max(MinCell, (MinWidth - ((columns - 1) * GapX)) / columns);
        using var picture = new Picture(
            (int)(Left + (columns * cell) + ((columns - 1) * GapX) + Picture.Edge + 12),
            (int)(Top + (rows * CellHeight) + ((rows - 1) * GapY) + Panel.BottomRoom + 16),
            report.Parameters.Count > MaxParameters ? $"{title}: the first {MaxParameters} of {report.Parameters.Count} parameters" : title);
        picture.Text(
            string.Create(CultureInfo.InvariantCulture, $"{report.Simulations:N0} simulations; grey: where 95 % of the bars of a calibrated posterior end"),
            Picture.Edge, Top - 60, Palette.Aside, Panel.TickSize);
        for (var i = 0; i < shown.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            using var panel = new Panel();
            Panel.Linear(panel.Plot.Axes.Bottom, new(0, 1), "rank / samples");
            Panel.Linear(panel.Plot.Axes.Left, new(0, highest), "simulations");
            panel.Band([0, 1], [low, low], [high, high]);
            panel.Line(0, (double)report.Simulations / bins, 1, (double)report.Simulations / bins, Palette.Aside);
            panel.Steps(new Histogram(new(0, 1), [.. shown[i].Ranks.Histogram.Select(count => (double)count)]), Palette.First, filled: true);
            if (column > 0)
            {
                Panel.Unlabelled(panel.Plot.Axes.Left);
            }

            if (i + columns < shown.Length)
            {
                Panel.Unlabelled(panel.Plot.Axes.Bottom);
            }

            var (x, y) = (Left + (column * (cell + GapX)), Top + (row * (CellHeight + GapY)));
            picture.Draw(panel, new PixelRect(x, x + cell, y + CellHeight, y));
            var end = picture.Text(PlotFont.Fit(shown[i].Name, Panel.LabelSize, 0.6f * cell), x, y - 10, Palette.Ink, Panel.LabelSize);
            picture.Text(shown[i].Verdict, end + 10, y - 10, shown[i].Verdict == Verdict.Fine ? Palette.Aside : Palette.Second,
                Panel.TickSize, x + cell + GapX - 4);
        }

        picture.Save(path);
    }
}
