using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Paper;

/// <summary>Gradients over the plane, a panel each: their lengths as shades, descent as lines, critical points as marks.</summary>
internal static class LandscapePlot
{
    private const float Side = 520;
    private const float Gap = 36;
    private const float Top = 112;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const int Nodes = 65;
    private const double StepLength = 0.02;
    private static readonly AxisRange A = new(-1.5, 1.5);
    private static readonly AxisRange B = new(-3, 3);

    /// <summary>Draws the panels.</summary>
    /// <param name="fields">The names, the fields and their critical points.</param>
    /// <param name="title">What is written above.</param>
    public static Picture Draw(IReadOnlyList<(string Name, PlaneField Field, IReadOnlyList<CriticalPoint> Points)> fields, string title)
    {
        var picture = new Picture(
            (int)(Left + (fields.Count * Side) + ((fields.Count - 1) * Gap) + Picture.Edge + 12), (int)(Top + Side + Panel.BottomRoom + 16), title);
        foreach (var (i, (name, field, points)) in fields.Index())
        {
            using var panel = new Panel();
            Panel.Linear(panel.Plot.Axes.Bottom, A, "encoder's slope a");
            Panel.Linear(panel.Plot.Axes.Left, B, "decoder's slope b");
            if (i > 0)
            {
                Panel.Unlabelled(panel.Plot.Axes.Left);
            }

            panel.Plot.HideGrid();
            Shade(panel, field);
            Lines(panel, field);
            foreach (var point in points)
            {
                panel.Point(point.At.A, point.At.B, isCross: point.Kind != CriticalKind.Minimum);
            }

            var x = Left + (i * (Side + Gap));
            picture.Draw(panel, new PixelRect(x, x + Side, Top + Side, Top));
            picture.Text(name, x, Top - 12, Palette.Ink, Panel.LabelSize);
        }

        return picture;
    }

    private static void Shade(Panel panel, PlaneField field)
    {
        var lengths = new double[Nodes, Nodes];
        for (var row = 0; row < Nodes; row++)
        {
            for (var column = 0; column < Nodes; column++)
            {
                var at = new PlanePoint(A.Low + (column * A.Span / (Nodes - 1)), B.High - (row * B.Span / (Nodes - 1)));
                lengths[row, column] = Math.Log10(Math.Clamp(field.At(at).Norm, 0.1, 100));
            }
        }

        panel.Bands(lengths, A, B, 0.25);
    }

    /// <summary>Lines begin on a grid, and end where they come near a critical point.</summary>
    private static void Lines(Panel panel, PlaneField field)
    {
        for (var i = 0; i < 9; i++)
        {
            for (var j = 0; j < 9; j++)
            {
                var path = field.Descend(new(A.Low + ((i + 0.5) * A.Span / 9), B.Low + ((j + 0.5) * B.Span / 9)), StepLength, 40);
                panel.Arrow([.. path.Select(point => point.A)], [.. path.Select(point => point.B)], Palette.Ink, head: 8);
            }
        }
    }
}
