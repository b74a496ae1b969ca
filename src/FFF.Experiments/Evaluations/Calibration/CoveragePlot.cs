using System.Globalization;
using FFF.Evaluation.Calibration;
using FFF.Formats;
using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.Calibration;

/// <summary>
/// Expected coverage over its nominal level: on the diagonal if the posterior is calibrated, below it if over-confident,
/// above it if under-confident. On the left the whole posterior, on the right each parameter.
/// </summary>
internal static class CoveragePlot
{
    private const float Side = 440;
    private const float Gap = 36;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Top = 146;

    /// <summary>Draws the curves with the band in which all of a calibrated posterior's lie with 95 %.</summary>
    /// <param name="report">The calibration.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void Save(CalibrationReport report, string title, string path)
    {
        using var picture = new Picture((int)(Left + (2 * Side) + Gap + Picture.Edge + 12), (int)(Top + Side + Panel.BottomRoom + 16), title);
        picture.Text(
            string.Create(CultureInfo.InvariantCulture,
                $"grey: where all curves of a calibrated posterior lie with at least 95 %; below is over-confident, above under-confident"),
            Picture.Edge, Top - 62, Palette.Aside, Panel.TickSize);
        Draw(picture, report, Left, "empirical coverage", "highest-density regions", report.Verdict, [report.Coverage]);
        var outside = report.Parameters.Count(parameter => report.Band.Judge(parameter.Coverage) != CoverageFault.None);
        Draw(
            picture, report, Left + Side + Gap, "", "central intervals", $"{outside} of {report.Parameters.Count} parameters outside",
            [.. report.Parameters.Select(parameter => parameter.Coverage)]);
        picture.Save(path);
    }

    private static void Draw(
        Picture picture, CalibrationReport report, float left, string axis, string heading, string remark, IReadOnlyList<ExpectedCoverage> curves)
    {
        using var panel = new Panel();
        Panel.Linear(panel.Plot.Axes.Bottom, new(0, 1), "nominal level");
        Panel.Linear(panel.Plot.Axes.Left, new(0, 1), axis);
        if (axis.Length == 0)
        {
            Panel.Unlabelled(panel.Plot.Axes.Left);
        }

        panel.Band([0, .. report.Levels, 1], [0, .. report.Band.Lower, 1], [0, .. report.Band.Upper, 1]);
        panel.Line(0, 0, 1, 1, Palette.Aside, LinePattern.Dashed);
        foreach (var curve in curves)
        {
            panel.Curve([0, .. report.Levels, 1], [0, .. curve.Empirical, 1], report.Band.Judge(curve) == CoverageFault.None ? Palette.First : Palette.Second,
                pattern: LinePattern.Solid);
        }

        picture.Draw(panel, new PixelRect(left, left + Side, Top + Side, Top));
        var end = picture.Text(heading, left, Top - 12, Palette.Ink, Panel.LabelSize);
        picture.Text(remark, end + 12, Top - 12, Palette.Aside, Panel.TickSize, left + Side + Gap - 8);
    }
}
