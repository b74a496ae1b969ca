using FFF.Formats;
using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.Predictive;

/// <summary>Each number of an observation as a cross on the line from the 5 % to the 95 % quantile of what is predicted, in units of its half.</summary>
internal static class PredictivePlot
{
    /// <summary>At most so many columns are drawn, the first ones.</summary>
    public const int MaxColumns = 30;

    private const float RowHeight = 34;
    private const float Left = 190;
    private const float Width = 560;
    private const float Top = 118;

    /// <summary>Crosses farther out stand at the edge.</summary>
    private const double Farthest = 6;

    /// <summary>Draws it.</summary>
    /// <param name="check">The check.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void Save(PredictiveCheck check, string title, string path)
    {
        PredictedColumn[] shown = [.. check.Columns.Take(MaxColumns)];
        var places = shown.Select(Place).ToArray();
        var ends = shown.SelectMany(column => new[] { column.Low, column.High }, (column, end) => (end - column.Median) / Half(column));
        var reach = Math.Clamp(1.1 * places.Concat(ends).Max(Math.Abs), 1.6, 1.05 * Farthest);
        var height = RowHeight * shown.Length;
        using var picture = new Picture((int)(Left + Width + Picture.Edge + 12), (int)(Top + height + Panel.BottomRoom + 16),
            check.Columns.Count > MaxColumns ? $"{title}: the first {MaxColumns} of {check.Columns.Count}" : title);
        picture.Text($"{NumberText.Count(check.Simulations)} predictions; line: 5 % to 95 %, tick: median, cross: observed", Picture.Edge, Top - 40,
            Palette.Aside, Panel.TickSize);
        using var panel = new Panel();
        Panel.Linear(panel.Plot.Axes.Bottom, new(-reach, reach), "distance from the median / half of the interval");
        Panel.Linear(panel.Plot.Axes.Left, new(-0.5, shown.Length - 0.5), "");
        Panel.Unlabelled(panel.Plot.Axes.Left);
        for (var i = 0; i < shown.Length; i++)
        {
            var (y, half) = (shown.Length - 1 - i, Half(shown[i]));
            panel.Line((shown[i].Low - shown[i].Median) / half, y, (shown[i].High - shown[i].Median) / half, y, Palette.First);
            panel.Line(0, y - 0.18, 0, y + 0.18, Palette.First);
            panel.Point(Math.Clamp(places[i], -Farthest, Farthest), y, isCross: true);
        }

        picture.Draw(panel, new PixelRect(Left, Left + Width, Top + height, Top));
        for (var i = 0; i < shown.Length; i++)
        {
            var color = check.Unlike.Contains(shown[i].Name) ? Palette.Second : Palette.Ink;
            picture.Text(PlotFont.Fit(shown[i].Name, Panel.TickSize, Left - Picture.Edge - 20), Picture.Edge, Top + (RowHeight * (i + 0.5f)) + 6, color,
                Panel.TickSize);
        }

        picture.Save(path);
    }

    /// <summary>Half of the interval; of what never varies, 1.</summary>
    private static double Half(PredictedColumn column) => column.High > column.Low ? (column.High - column.Low) / 2 : 1;

    private static double Place(PredictedColumn column) => (column.Observed - column.Median) / Half(column);
}
