using ScottPlot;

namespace FFF.Plots;

/// <summary>Samples in D dimensions: D histograms on the diagonal, D(D−1)/2 pairs below, flow and reference over each other.</summary>
internal static class PairPlot
{
    private const float Side = 860;
    private const float Gap = 12;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Top = 112;
    private const int FewestForContours = 500;
    private static readonly double[] Shares = [0.5, 0.9];

    /// <summary>Draws all pairs.</summary>
    public static Picture Draw(Sampled flow, Sampled? reference, AxisRange[] ranges, IReadOnlyList<string> names, string title)
    {
        Sampled[] sides = reference is null ? [flow] : [reference, flow];
        var dimensions = ranges.Length;
        var cell = (Side - ((dimensions - 1) * Gap)) / dimensions;
        var height = dimensions == 1 ? cell / 2 : cell;
        var picture = new Picture(
            (int)(Left + Side + Picture.Edge + 12), (int)(Top + (dimensions * height) + ((dimensions - 1) * Gap) + Panel.BottomRoom + 16), title);
        for (var row = 0; row < dimensions; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                using var panel = new Panel();
                Panel.Linear(panel.Plot.Axes.Bottom, ranges[column], Panel.AxisName(names[column], cell));
                if (row == column)
                {
                    Histograms(panel, sides, ranges[row], row, labelled: dimensions == 1);
                }
                else
                {
                    Panel.Linear(panel.Plot.Axes.Left, ranges[row], Panel.AxisName(names[row], cell));
                    Pair(panel, sides, ranges, column, row);
                }

                if (row < dimensions - 1)
                {
                    Panel.Unlabelled(panel.Plot.Axes.Bottom);
                }

                if (column > 0)
                {
                    Panel.Unlabelled(panel.Plot.Axes.Left);
                }

                var (x, y) = (Left + (column * (cell + Gap)), Top + (row * (height + Gap)));
                picture.Draw(panel, new PixelRect(x, x + cell, y + height, y));
            }
        }

        Keys(picture, flow, reference, ranges, dimensions == 1 ? Left + (Side / 2) : Left + cell + Gap + 24);
        return picture;
    }

    private static void Histograms(Panel panel, Sampled[] sides, AxisRange range, int dimension, bool labelled)
    {
        Histogram[] histograms = [.. sides.Select(side => Histogram.Of(side.Values.Columns[dimension], range, Histogram.BinCount(side.Values.Count)))];
        foreach (var (histogram, side) in histograms.Zip(sides))
        {
            panel.Steps(histogram, side.Color, filled: side == sides[0]);
        }

        var highest = histograms.Max(histogram => histogram.Density.Max());
        Panel.Linear(panel.Plot.Axes.Left, new AxisRange(0, highest > 0 ? 1.08 * highest : 1), "density");
        panel.Plot.Axes.Left.IsVisible = labelled;
        panel.Plot.HideGrid();
    }

    private static void Pair(Panel panel, Sampled[] sides, AxisRange[] ranges, int column, int row)
    {
        foreach (var side in sides)
        {
            var (x, y) = (side.Values.Columns[column], side.Values.Columns[row]);
            if (side.Values.Count < FewestForContours)
            {
                panel.Dots(x, y, side.Color);
            }
            else
            {
                panel.Contours(DensityGrid.Of(x, y, ranges[column], ranges[row]), side.Color, Shares);
            }
        }
    }

    private static void Keys(Picture picture, Sampled flow, Sampled? reference, AxisRange[] ranges, float x)
    {
        var y = Top - 20;
        foreach (var side in (Sampled?[])[flow, reference])
        {
            if (side is not null)
            {
                var end = picture.Key(side.Name, x, y, side.Color);
                picture.Text(side.Values.Describe(ranges), end - 16, y, Palette.Aside);
                y += 30;
            }
        }

        if (ranges.Length > 1 && (flow.Values.Count >= FewestForContours || reference?.Values.Count >= FewestForContours))
        {
            picture.Text("contours hold 50 % and 90 % of the samples", x, y, Palette.Aside);
        }
    }
}
