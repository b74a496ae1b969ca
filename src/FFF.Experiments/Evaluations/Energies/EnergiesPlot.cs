using FFF.Plots;
using ScottPlot;
using static FFF.Formats.NumberText;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.Energies;

/// <summary>Points of a picture.</summary>
/// <param name="Energies">U.</param>
/// <param name="Nll">−log q.</param>
internal sealed record PlottedSide(double[] Energies, double[] Nll);

/// <summary>−log q against U: on the line of slope 1 where the flow follows exp(−U).</summary>
internal static class EnergiesPlot
{
    private const int MaxDots = 20_000;
    private const float Width = 740;
    private const float Height = 480;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Top = 168;
    private const float MinWidth = 900;

    /// <summary>Draws data, samples where their energies are known, the exact line −log p = U + log Z, and the straight line through the data.</summary>
    /// <exception cref="Formats.FileWriteException">The picture cannot be written.</exception>
    public static void Save(EnergiesReport report, PlottedSide data, PlottedSide? samples, string title, string path)
    {
        using var picture = new Picture((int)MinWidth, (int)(Top + Height + Panel.BottomRoom + 16), title);
        using var panel = new Panel();
        var (x, y) = (AxisRange.Of(samples?.Energies ?? [], data.Energies), AxisRange.Of(samples?.Nll ?? [], data.Nll));
        Panel.Linear(panel.Plot.Axes.Bottom, x, "energy U, kT");
        Panel.Linear(panel.Plot.Axes.Left, y, "−log q, nats");
        foreach (var (side, color) in new[] { (samples, Palette.First), (data, Palette.Second) })
        {
            if (side is not null)
            {
                // Few data upon many samples are drawn as few are, to be seen.
                panel.Dots([.. side.Energies.Take(MaxDots)], [.. side.Nll.Take(MaxDots)], color);
            }
        }

        var logZ = report.Bridge?.LogZ.Value ?? report.Encoder.LogZ.Value;
        Line(panel, x, y, 1, logZ, Palette.Ink, LinePattern.Solid);
        Line(panel, x, y, report.Encoder.Slope.Value, report.Encoder.Intercept, Palette.Ink, LinePattern.Dashed);
        picture.Draw(panel, new PixelRect(Left, Left + Width, Top + Height, Top));
        var end = picture.Key($"data ({report.Split})", Left, Top - 76, Palette.Second);
        if (samples is not null)
        {
            picture.Key("samples", end, Top - 76, Palette.First);
        }

        picture.Key($"U + log Z, log Z {(report.Bridge is null ? "by the data" : "by data and samples")}", Left, Top - 48, Palette.Ink);
        picture.Key($"line through the data: slope {Fixed(report.Encoder.Slope.Value, 3)}, correlation {Fixed(report.Encoder.Correlation, 3)}",
            Left, Top - 20, Palette.Ink, dashed: true);
        picture.Save(path);
    }

    /// <summary>The part of a rising line that the panel shows; nothing of one that does not rise.</summary>
    private static void Line(Panel panel, AxisRange x, AxisRange y, double slope, double intercept, Color color, LinePattern pattern)
    {
        if (!(slope > 0))
        {
            return;
        }

        var (from, to) = (Math.Max(x.Low, (y.Low - intercept) / slope), Math.Min(x.High, (y.High - intercept) / slope));
        if (from < to)
        {
            panel.Line(from, (slope * from) + intercept, to, (slope * to) + intercept, color, pattern);
        }
    }
}
