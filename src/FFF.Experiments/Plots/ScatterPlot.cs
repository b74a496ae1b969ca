using ScottPlot;

namespace FFF.Plots;

/// <summary>Samples in the plane: a panel for the flow, one for the reference, with the same square axes.</summary>
internal static class ScatterPlot
{
    private const int MaxDots = 20_000;
    private const float Side = 440;
    private const float Top = 112;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Gap = 36;

    // Beyond this ratio of spans the axes are of different kinds, and equal units would leave one of them a line.
    private const double MaxAnisotropic = 4;

    /// <summary>Draws both panels, or one where there is no reference.</summary>
    public static Picture Draw(Sampled flow, Sampled? reference, AxisRange[] ranges, IReadOnlyList<string> names, string title)
    {
        Sampled[] sides = reference is null ? [flow] : [flow, reference];
        var square = Square(ranges);
        var picture = new Picture(
            (int)(Left + (sides.Length * Side) + ((sides.Length - 1) * Gap) + Picture.Edge + 12), (int)(Top + Side + Panel.BottomRoom + 16), title);
        for (var i = 0; i < sides.Length; i++)
        {
            using var panel = new Panel();
            Panel.Linear(panel.Plot.Axes.Bottom, square[0], Panel.AxisName(names[0], Side));
            Panel.Linear(panel.Plot.Axes.Left, square[1], Panel.AxisName(names[1], Side));
            if (i > 0)
            {
                Panel.Unlabelled(panel.Plot.Axes.Left);
            }

            var dots = sides[i].Values.First(MaxDots);
            panel.Dots(dots.Columns[0], dots.Columns[1], sides[i].Color);
            var x = Left + (i * (Side + Gap));
            picture.Draw(panel, new PixelRect(x, x + Side, Top + Side, Top));
            var end = picture.Text(sides[i].Name, x, Top - 12, sides[i].Color, Panel.LabelSize);
            picture.Text(sides[i].Values.Describe(square), end + 12, Top - 12, Palette.Aside, Panel.TickSize, x + Side + Gap - 8);
        }

        return picture;
    }

    /// <summary>The ranges with equal spans, so that a unit is as long in either direction; unchanged where they differ too much.</summary>
    internal static AxisRange[] Square(AxisRange[] ranges)
    {
        var widest = Math.Max(ranges[0].Span, ranges[1].Span);
        return widest > MaxAnisotropic * Math.Min(ranges[0].Span, ranges[1].Span) ? ranges : [.. ranges.Select(range => range.Widened(widest))];
    }
}
