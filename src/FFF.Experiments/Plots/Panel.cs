using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace FFF.Plots;

/// <summary>One pair of axes in a picture, in the style that all share.</summary>
internal sealed class Panel : IDisposable
{
    /// <summary>The size of tick labels, in pixels.</summary>
    public const float TickSize = 17;

    /// <summary>The size of the names of axes, in pixels.</summary>
    public const float LabelSize = 19;

    /// <summary>The room that tick labels and name take left (or right) of the data, in pixels.</summary>
    public const float SideRoom = 86;

    /// <summary>The room that they take below the data, in pixels.</summary>
    public const float BottomRoom = 60;

    // Between ticks, in pixels.
    private const float SideSpacing = 36;
    private const float BottomSpacing = 40;
    private const float WholeSpacing = 72;

    /// <summary>Empty axes.</summary>
    public Panel()
    {
        Plot.RenderManager.ClearCanvasBeforeEachRender = false;
        Plot.FigureBackground.Color = Colors.Transparent;
        Plot.Grid.MajorLineColor = Palette.Grid;
        Plot.Axes.Right.IsVisible = false;
        Plot.Axes.Top.IsVisible = false;
        foreach (var axis in (IAxis[])[Plot.Axes.Left, Plot.Axes.Bottom, Plot.Axes.Right])
        {
            axis.TickLabelStyle.FontName = PlotFont.Name;
            axis.TickLabelStyle.FontSize = TickSize;
            axis.TickLabelStyle.ForeColor = Palette.Ink;
            axis.Label.FontName = PlotFont.Name;
            axis.Label.FontSize = LabelSize;
            axis.Label.Bold = false;
            axis.Label.ForeColor = Palette.Ink;
            axis.FrameLineStyle.Color = Palette.Ink;
            axis.MajorTickStyle.Color = Palette.Ink;
            axis.MinorTickStyle.Length = 0;
        }
    }

    /// <summary>The plot behind it.</summary>
    public Plot Plot { get; } = new();

    /// <summary>The name of an axis of this length in pixels, shortened to fit.</summary>
    public static string AxisName(string name, float length) => PlotFont.Fit(name, LabelSize, length);

    /// <summary>Names an axis and shows this range of it, with plain numbers; with whole ones, as of epochs, if asked.</summary>
    public static void Linear(IAxis axis, AxisRange range, string name, bool integers = false)
    {
        Show(axis, range, name);
        axis.TickGenerator = new NumericAutomatic
        {
            LabelFormatter = value => Number(value, range.Span),
            MinimumTickSpacing = integers ? WholeSpacing : axis is IXAxis ? BottomSpacing : SideSpacing,
            IntegerTicksOnly = integers,
        };
    }

    /// <summary>Names an axis and shows this range of log₁₀, with powers of ten.</summary>
    public static void Logarithmic(IAxis axis, AxisRange range, string name)
    {
        Show(axis, range, name);
        var ticks = new NumericManual();
        foreach (var (position, label) in LogAxis.Majors(range))
        {
            ticks.AddMajor(position, label);
        }

        foreach (var position in LogAxis.Minors(range))
        {
            ticks.AddMinor(position);
        }

        axis.MinorTickStyle.Length = 3;
        axis.MinorTickStyle.Color = Palette.Ink;
        axis.TickGenerator = ticks;
    }

    /// <summary>Names an axis and shows this range of it, with a tick at each of these values.</summary>
    public static void Marked(IAxis axis, AxisRange range, string name, IEnumerable<double> values)
    {
        Show(axis, range, name);
        var ticks = new NumericManual();
        foreach (var value in values)
        {
            ticks.AddMajor(value, Number(value, range.Span));
        }

        axis.TickGenerator = ticks;
    }

    /// <summary>Gives each of some places, 0, 1 and so on, a name, and shows half a place beyond.</summary>
    public static void Named(IAxis axis, IReadOnlyList<string> names)
    {
        Show(axis, new(-0.5, names.Count - 0.5), "");
        var ticks = new NumericManual();
        foreach (var (place, name) in names.Index())
        {
            ticks.AddMajor(place, name);
        }

        axis.TickGenerator = ticks;
    }

    /// <summary>Draws no ticks' labels on an axis that another panel labels.</summary>
    public static void Unlabelled(IAxis axis)
    {
        axis.Label.IsVisible = false;
        axis.TickLabelStyle.IsVisible = false;
    }

    /// <summary>A curve through the points where both coordinates are finite, with marks where there are few.</summary>
    public void Curve(IReadOnlyList<double> x, IReadOnlyList<double> y, Color color, IYAxis? axis = null, LinePattern? pattern = null)
    {
        Coordinates[] points = [.. x.Zip(y, (a, b) => new Coordinates(a, b)).Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        var curve = Plot.Add.Scatter(points, color);
        curve.LineWidth = 2.5f;
        curve.LinePattern = pattern ?? LinePattern.Solid;
        curve.MarkerSize = pattern is null && points.Length <= 25 ? 8 : 0;
        curve.Axes.YAxis = axis ?? Plot.Axes.Left;
    }

    /// <summary>Bars of this length upwards and downwards from the points.</summary>
    public void Errors(double[] x, double[] y, double[] lengths, Color color)
    {
        var bars = Plot.Add.ErrorBar(x, y, lengths);
        bars.Color = color;
        bars.LineWidth = 2;
        bars.CapSize = 6;
    }

    /// <summary>A thin line across the panel.</summary>
    public void Level(double y, Color color) => Plot.Add.HorizontalLine(y, 1.5f, color);

    /// <summary>The area between two curves, in a faint grey or another colour.</summary>
    public void Band(double[] x, double[] lower, double[] upper, Color? color = null)
    {
        var band = Plot.Add.FillY(x, lower, upper);
        band.FillColor = color ?? Palette.Grid;
        band.LineWidth = 0;
        band.MarkerSize = 0;
    }

    /// <summary>A straight line between two points.</summary>
    public void Line(double fromX, double fromY, double toX, double toY, Color color, LinePattern? pattern = null)
    {
        var line = Plot.Add.Line(fromX, fromY, toX, toY);
        line.Color = color;
        line.LineWidth = 2;
        line.LinePattern = pattern ?? LinePattern.Solid;
        line.MarkerSize = 0;
    }

    /// <summary>A dot per point, the smaller and fainter the more there are.</summary>
    /// <param name="x">Their places.</param>
    /// <param name="y">Their places.</param>
    /// <param name="color">Their colour.</param>
    /// <param name="among">How many dots the panel gets in all; as many as these if left out.</param>
    public void Dots(IReadOnlyList<double> x, IReadOnlyList<double> y, Color color, int? among = null)
    {
        var crowd = Math.Sqrt(among ?? x.Count);
        var (size, opacity) = ((float)Math.Clamp(120 / crowd, 2, 6), Math.Clamp(20 / crowd, 0.2, 0.9));
        var dots = Plot.Add.Markers(x.Zip(y, (a, b) => new Coordinates(a, b)).ToArray(), MarkerShape.FilledCircle, size, color.WithAlpha(opacity));
        dots.MarkerStyle.LineWidth = 0;
    }

    /// <summary>A mark at one point that stands out from any dots.</summary>
    public void Mark(double x, double y)
    {
        foreach (var (size, width, color) in ((float, float, Color)[])[(17, 6, Colors.White), (15, 3, Palette.Ink)])
        {
            var mark = Plot.Add.Marker(x, y, MarkerShape.Eks, size, color);
            mark.MarkerStyle.LineWidth = width;
        }
    }

    /// <summary>A point that is to be found at once: a white dot with a rim, or a white cross.</summary>
    public void Point(double x, double y, bool isCross)
    {
        if (isCross)
        {
            Mark(x, y);
            return;
        }

        var dot = Plot.Add.Marker(x, y, MarkerShape.FilledCircle, 14, Colors.White);
        dot.MarkerStyle.LineWidth = 2;
        dot.MarkerStyle.LineColor = Palette.Ink;
    }

    /// <summary>Values on a grid as bands of a colour, light where they are small; the edges of the bands are contours.</summary>
    /// <param name="values">[rows, columns], the uppermost row first.</param>
    /// <param name="x">What the columns cover.</param>
    /// <param name="y">What the rows cover.</param>
    /// <param name="band">The values that a band covers.</param>
    public void Bands(double[,] values, AxisRange x, AxisRange y, double band)
    {
        const int Finer = 8;
        var (rows, columns) = ((values.GetLength(0) - 1) * Finer, (values.GetLength(1) - 1) * Finer);
        var fine = new double[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var (row, column, down, along) = (i / Finer, j / Finer, (i % Finer + 0.5) / Finer, (j % Finer + 0.5) / Finer);
                var upper = double.Lerp(values[row, column], values[row, column + 1], along);
                var lower = double.Lerp(values[row + 1, column], values[row + 1, column + 1], along);
                fine[i, j] = band * Math.Floor(double.Lerp(upper, lower, down) / band);
            }
        }

        var map = Plot.Add.Heatmap(fine);
        map.Position = new CoordinateRect(x.Low, x.High, y.Low, y.High);
        map.Colormap = new ScottPlot.Colormaps.CustomInterpolated([Colors.White, Palette.First]);
        map.Opacity = 0.75;
    }

    /// <summary>Values on a grid as colours, dark where they are low; cells that are not a number stay empty.</summary>
    /// <param name="values">[rows, columns], the uppermost row first.</param>
    /// <param name="x">What the columns cover.</param>
    /// <param name="y">What the rows cover.</param>
    /// <param name="colors">The values that the colours go from and to.</param>
    public void Map(double[,] values, AxisRange x, AxisRange y, AxisRange colors)
    {
        var map = Plot.Add.Heatmap(values);
        map.Position = new CoordinateRect(x.Low, x.High, y.Low, y.High);
        map.Colormap = Palette.Values;
        map.ManualRange = new(colors.Low, colors.High);
        map.NaNCellColor = Colors.Transparent;
    }

    /// <summary>The outline of a rectangle, and a name in its upper left corner.</summary>
    public void Outline(AxisRange x, AxisRange y, Color color, string? name)
    {
        var outline = Plot.Add.Rectangle(x.Low, x.High, y.Low, y.High);
        outline.FillColor = Colors.Transparent;
        outline.LineColor = color;
        outline.LineWidth = 2;
        if (name is not null)
        {
            var text = Plot.Add.Text(name, x.Low, y.High);
            text.LabelFontName = PlotFont.Name;
            text.LabelFontSize = TickSize;
            text.LabelFontColor = color;
            text.LabelBackgroundColor = Colors.White.WithAlpha(0.75);
            text.LabelAlignment = Alignment.UpperLeft;
            text.OffsetX = text.OffsetY = 3;
        }
    }

    /// <summary>A thin path with a head at its end.</summary>
    /// <param name="x">Its places.</param>
    /// <param name="y">Its places.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="head">How many of the last places the head covers.</param>
    public void Arrow(double[] x, double[] y, Color color, int head)
    {
        if (x.Length <= head)
        {
            return;
        }

        var path = Plot.Add.ScatterLine(x, y, color);
        path.LineWidth = 1.2f;
        var arrow = Plot.Add.Arrow(new Coordinates(x[^(head + 1)], y[^(head + 1)]), new Coordinates(x[^1], y[^1]));
        (arrow.ArrowLineWidth, arrow.ArrowWidth, arrow.ArrowheadWidth, arrow.ArrowheadLength, arrow.ArrowheadAxisLength) = (0, 1, 8, 8, 8);
        arrow.ArrowFillColor = color;
    }

    /// <summary>The outline of a histogram, or, filled, its faint shape too.</summary>
    public void Steps(Histogram histogram, Color color, bool filled)
    {
        var (x, y) = histogram.Outline();
        var outline = Plot.Add.ScatterLine(x, y, color);
        outline.LineWidth = 2;
        outline.FillY = filled;
        outline.FillYColor = color.WithAlpha(0.2);
    }

    /// <summary>A histogram as bars, each of its own colour.</summary>
    public void Bars(Histogram histogram, IReadOnlyList<Color> colors)
    {
        var width = histogram.Range.Span / histogram.Density.Length;
        foreach (var (k, density) in histogram.Density.Index().Where(bin => bin.Item > 0))
        {
            var bar = Plot.Add.Rectangle(histogram.Range.Low + (k * width), histogram.Range.Low + ((k + 1) * width), 0, density);
            bar.FillColor = colors[k];
            bar.LineWidth = 0;
        }
    }

    /// <summary>The contours around the densest cells that hold these shares of the mass.</summary>
    public void Contours(DensityGrid grid, Color color, params IEnumerable<double> shares)
    {
        var points = new Coordinates3d[DensityGrid.Cells, DensityGrid.Cells];
        for (var row = 0; row < DensityGrid.Cells; row++)
        {
            for (var column = 0; column < DensityGrid.Cells; column++)
            {
                points[row, column] = new(
                    grid.X.Low + ((column + 0.5) * grid.X.Span / DensityGrid.Cells), grid.Y.Low + ((row + 0.5) * grid.Y.Span / DensityGrid.Cells),
                    grid.Mass[row, column]);
            }
        }

        var lines = new ScottPlot.Plottables.ContourLines { ContourLineLevels = [.. shares.Select(grid.Level)] };
        lines.Update(points);
        lines.LineStyle.Color = color;
        lines.LineStyle.Width = 2;
        lines.LabelStyle.IsVisible = false;
        Plot.Add.Plottable(lines);
    }

    /// <summary>Says in the middle of the panel why there is nothing to see, and takes the numbers away, which would mean nothing.</summary>
    public void Say(string text)
    {
        Plot.HideGrid();
        Plot.Axes.Left.TickGenerator = new EmptyTickGenerator();
        var note = Plot.Add.Annotation(text, Alignment.MiddleCenter);
        note.LabelStyle.FontName = PlotFont.Name;
        note.LabelStyle.FontSize = LabelSize;
        note.LabelStyle.ForeColor = Palette.Aside;
        note.LabelStyle.BackgroundColor = Colors.Transparent;
        note.LabelStyle.BorderWidth = 0;
        note.LabelStyle.ShadowColor = Colors.Transparent;
    }

    /// <inheritdoc/>
    public void Dispose() => Plot.Dispose();

    /// <summary>A tick's number without the noise of its last digits, with a true minus.</summary>
    internal static string Number(double value, double span)
    {
        if (Math.Abs(value) < span * 1e-6)
        {
            return "0";
        }

        var text = value.ToString(Math.Abs(value) is >= 1e5 or < 1e-3 ? "0.###E0" : "0.######", CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }

    private static void Show(IAxis axis, AxisRange range, string name)
    {
        (axis.Min, axis.Max) = (range.Low, range.High);
        axis.Label.Text = name;
        axis.MinimumSize = axis.MaximumSize = axis is IXAxis ? BottomRoom : SideRoom;
        axis.IsVisible = true;
    }
}
