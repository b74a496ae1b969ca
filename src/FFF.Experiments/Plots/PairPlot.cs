using FFF.Spaces;
using ScottPlot;

namespace FFF.Plots;

/// <summary>How a pair plot shows the samples of two dimensions.</summary>
internal enum PairStyle
{
    /// <summary>Contours around their bulk, or dots where they are few.</summary>
    Contours,

    /// <summary>Dots, of all sides as many.</summary>
    Dots,
}

/// <summary>What a pair plot marks beside samples.</summary>
/// <param name="Truth">A point, a coordinate for each dimension; null where there is none.</param>
/// <param name="Limits">What the prior of each dimension lies between; null where no limits are known, or those of a dimension are not.</param>
internal sealed record PairMarks(double[]? Truth = null, IReadOnlyList<ColumnBounds?>? Limits = null)
{
    /// <summary>The limits of a dimension that a picture of this range shows.</summary>
    public IReadOnlyList<double> Shown(int dimension, AxisRange range) =>
        Limits?[dimension] is { } bounds ? [.. ((double[])[bounds.Low, bounds.High]).Where(range.Contains)] : [];
}

/// <summary>Samples in D dimensions: D histograms on the diagonal, D(D−1)/2 pairs below, all sides over each other.</summary>
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
    /// <param name="sides">The samples of each side: the first lie above the others, the last are what these are compared with.</param>
    /// <param name="marks">What else is marked.</param>
    /// <param name="ranges">The range of each dimension.</param>
    /// <param name="names">Its name.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="style">How pairs are shown.</param>
    public static Picture Draw(
        IReadOnlyList<Sampled> sides, PairMarks marks, AxisRange[] ranges, IReadOnlyList<string> names, string title, PairStyle style)
    {
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
                    Histograms(panel, sides, marks, ranges[row], row, labelled: dimensions == 1);
                }
                else
                {
                    Panel.Linear(panel.Plot.Axes.Left, ranges[row], Panel.AxisName(names[row], cell));
                    Pair(panel, sides, ranges, column, row, style);
                    Mark(panel, marks, ranges, column, row);
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

        Keys(picture, sides, marks, ranges, style, dimensions == 1 ? Left + (side / 2) : Left + cell + Gap + 24);
        return picture;
    }

    private static void Histograms(Panel panel, IReadOnlyList<Sampled> sides, PairMarks marks, AxisRange range, int dimension, bool labelled)
    {
        Histogram[] histograms = [.. sides.Select(side => Histogram.Of(side.Values.Columns[dimension], range, Histogram.BinCount(side.Values.Count)))];
        foreach (var (histogram, side) in histograms.Zip(sides).Reverse())
        {
            panel.Steps(histogram, side.Color, filled: side == sides[^1]);
        }

        var highest = histograms.Max(histogram => histogram.Density.Max());
        var top = highest > 0 ? 1.08 * highest : 1;
        foreach (var limit in marks.Shown(dimension, range))
        {
            panel.Line(limit, 0, limit, top, Palette.Aside, LinePattern.Dashed);
        }

        if (marks.Truth?[dimension] is { } x)
        {
            panel.Line(x, 0, x, top, Palette.Ink);
        }

        Panel.Linear(panel.Plot.Axes.Left, new AxisRange(0, top), "density");
        panel.Plot.Axes.Left.IsVisible = labelled;
        panel.Plot.HideGrid();
    }

    private static void Mark(Panel panel, PairMarks marks, AxisRange[] ranges, int column, int row)
    {
        foreach (var limit in marks.Shown(column, ranges[column]))
        {
            panel.Line(limit, ranges[row].Low, limit, ranges[row].High, Palette.Aside, LinePattern.Dashed);
        }

        foreach (var limit in marks.Shown(row, ranges[row]))
        {
            panel.Line(ranges[column].Low, limit, ranges[column].High, limit, Palette.Aside, LinePattern.Dashed);
        }

        if (marks.Truth is { } truth)
        {
            panel.Mark(truth[column], truth[row]);
        }
    }

    private static void Pair(Panel panel, IReadOnlyList<Sampled> sides, AxisRange[] ranges, int column, int row, PairStyle style)
    {
        if (style == PairStyle.Dots)
        {
            Scatter(panel, sides, column, row);
            return;
        }

        foreach (var side in sides.Reverse())
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

    private static void Scatter(Panel panel, IReadOnlyList<Sampled> sides, int column, int row)
    {
        var count = Math.Min(MaxDots, sides.Min(side => side.Values.Count));
        for (var turn = 0; turn < Turns; turn++)
        {
            var part = (count * turn / Turns)..(count * (turn + 1) / Turns);
            foreach (var side in sides.Reverse())
            {
                panel.Dots(side.Values.Columns[column][part], side.Values.Columns[row][part], side.Color, among: sides.Count * count);
            }
        }
    }

    private static void Keys(Picture picture, IReadOnlyList<Sampled> sides, PairMarks marks, AxisRange[] ranges, PairStyle style, float x)
    {
        var y = Top - 20;
        foreach (var side in sides)
        {
            var end = picture.Key(side.Name, x, y, side.Color);
            picture.Text(side.Values.Describe(ranges), end - 16, y, Palette.Aside);
            y += 30;
        }

        if (marks.Truth is not null)
        {
            picture.Key("true parameters", x, y, Palette.Ink);
            y += 30;
        }

        if (ranges.Index().Any(range => marks.Shown(range.Index, range.Item).Count > 0))
        {
            picture.Key("limits of the prior, dashed", x, y, Palette.Aside);
            y += 30;
        }

        if (style == PairStyle.Contours && ranges.Length > 1 && sides.Any(side => side.Values.Count >= MinForContours))
        {
            picture.Text("contours hold 50 % and 90 % of the samples", x, y, Palette.Aside);
        }
    }
}
