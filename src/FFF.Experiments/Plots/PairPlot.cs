using ScottPlot;

namespace FFF.Plots;

/// <summary>How a pair plot shows the samples of two dimensions.</summary>
internal enum PairStyle
{
    /// <summary>Contours around their bulk, or dots where they are few.</summary>
    Contours,

    /// <summary>Dots, of the reference as many as of the flow.</summary>
    Dots,
}

/// <summary>Samples in D dimensions: D histograms on the diagonal, D(D−1)/2 pairs below, flow and reference over each other.</summary>
internal static class PairPlot
{
    private const float MinSide = 860;
    private const float MinCell = 150;
    private const float Gap = 12;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Top = 112;
    private const int MinForContours = 500;
    private const int MaxDots = 5000;

    // Drawn in turns, neither side's dots hide the other's.
    private const int Turns = 10;
    private static readonly double[] Shares = [0.5, 0.9];

    /// <summary>Draws all pairs.</summary>
    /// <param name="flow">The flow's samples.</param>
    /// <param name="reference">The reference's; null where there is none.</param>
    /// <param name="truth">The point that is marked, a coordinate for each dimension; null where there is none.</param>
    /// <param name="ranges">The range of each dimension.</param>
    /// <param name="names">Its name.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="style">How pairs are shown.</param>
    public static Picture Draw(
        Sampled flow, Sampled? reference, double[]? truth, AxisRange[] ranges, IReadOnlyList<string> names, string title, PairStyle style)
    {
        Sampled[] sides = reference is null ? [flow] : [reference, flow];
        var dimensions = ranges.Length;
        var cell = Math.Max(MinCell, (MinSide - ((dimensions - 1) * Gap)) / dimensions);
        var side = (dimensions * (cell + Gap)) - Gap;
        var height = dimensions == 1 ? cell / 2 : cell;
        var picture = new Picture(
            (int)(Left + side + Picture.Edge + 12), (int)(Top + (dimensions * height) + ((dimensions - 1) * Gap) + Panel.BottomRoom + 16), title);
        for (var row = 0; row < dimensions; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                using var panel = new Panel();
                Panel.Linear(panel.Plot.Axes.Bottom, ranges[column], Panel.AxisName(names[column], cell));
                if (row == column)
                {
                    Histograms(panel, sides, truth?[row], ranges[row], row, labelled: dimensions == 1);
                }
                else
                {
                    Panel.Linear(panel.Plot.Axes.Left, ranges[row], Panel.AxisName(names[row], cell));
                    Pair(panel, sides, ranges, column, row, style);
                    if (truth is not null)
                    {
                        panel.Mark(truth[column], truth[row]);
                    }
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

        Keys(picture, flow, reference, truth, ranges, style, dimensions == 1 ? Left + (side / 2) : Left + cell + Gap + 24);
        return picture;
    }

    private static void Histograms(Panel panel, Sampled[] sides, double? truth, AxisRange range, int dimension, bool labelled)
    {
        Histogram[] histograms = [.. sides.Select(side => Histogram.Of(side.Values.Columns[dimension], range, Histogram.BinCount(side.Values.Count)))];
        foreach (var (histogram, side) in histograms.Zip(sides))
        {
            panel.Steps(histogram, side.Color, filled: side == sides[0]);
        }

        var highest = histograms.Max(histogram => histogram.Density.Max());
        var top = highest > 0 ? 1.08 * highest : 1;
        if (truth is { } x)
        {
            panel.Line(x, 0, x, top, Palette.Ink);
        }

        Panel.Linear(panel.Plot.Axes.Left, new AxisRange(0, top), "density");
        panel.Plot.Axes.Left.IsVisible = labelled;
        panel.Plot.HideGrid();
    }

    private static void Pair(Panel panel, Sampled[] sides, AxisRange[] ranges, int column, int row, PairStyle style)
    {
        if (style == PairStyle.Dots)
        {
            Scatter(panel, sides, column, row);
            return;
        }

        foreach (var side in sides)
        {
            var (x, y) = (side.Values.Columns[column], side.Values.Columns[row]);
            if (side.Values.Count < MinForContours)
            {
                panel.Dots(x, y, side.Color);
            }
            else
            {
                panel.Contours(DensityGrid.Of(x, y, ranges[column], ranges[row]), side.Color, Shares);
            }
        }
    }

    private static void Scatter(Panel panel, Sampled[] sides, int column, int row)
    {
        var count = Math.Min(MaxDots, sides.Min(side => side.Values.Count));
        for (var turn = 0; turn < Turns; turn++)
        {
            var part = (count * turn / Turns)..(count * (turn + 1) / Turns);
            foreach (var side in sides)
            {
                panel.Dots(side.Values.Columns[column][part], side.Values.Columns[row][part], side.Color, among: sides.Length * count);
            }
        }
    }

    private static void Keys(Picture picture, Sampled flow, Sampled? reference, double[]? truth, AxisRange[] ranges, PairStyle style, float x)
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

        if (truth is not null)
        {
            picture.Key("true parameters", x, y, Palette.Ink);
            y += 30;
        }

        if (style == PairStyle.Contours && ranges.Length > 1 && (flow.Values.Count >= MinForContours || reference?.Values.Count >= MinForContours))
        {
            picture.Text("contours hold 50 % and 90 % of the samples", x, y, Palette.Aside);
        }
    }
}
