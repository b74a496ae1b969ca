using FFF.Plots;
using ScottPlot;
using SkiaSharp;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.Conformations;

/// <summary>The free energy −log p of two quantities, for two dihedrals a Ramachandran plot: a panel for each side, with the states outlined.</summary>
internal static class FreeEnergySurfacePlot
{
    /// <summary>Where the free energy is higher, in kT above the lowest, nothing is drawn.</summary>
    private const double HighestShown = 8;
    private const int BarCells = 80; // A whole number of pixels each.
    private const float Side = 400;
    private const float BarWidth = 22;
    private const float NumberRoom = 18;
    private const float NumberDrop = 6;
    private const float BarGap = Panel.SideRoom + 12;
    private const float Top = 112;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Gap = 36;

    /// <summary>The two quantities that are drawn: the first two dihedrals, or else the first two of all; null where there are fewer.</summary>
    public static (Quantity X, Quantity Y)? Axes(IReadOnlyList<Quantity> quantities) =>
        (quantities.Where(quantity => quantity.IsPeriodic).Take(2).ToList(), quantities.Take(2).ToList()) switch
        {
            ([var x, var y], _) => (x, y),
            (_, [var x, var y]) => (x, y),
            _ => null,
        };

    /// <summary>Draws the sides beside each other, each above its own lowest free energy.</summary>
    /// <param name="axes">The two quantities.</param>
    /// <param name="states">States, of which those that are told by these quantities alone are outlined.</param>
    /// <param name="sides">The sides, the data first.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="Formats.FileWriteException">The picture cannot be written.</exception>
    public static void Save(
        (Quantity X, Quantity Y) axes, IReadOnlyList<ConformationState> states, IReadOnlyList<ConformationSide> sides, string title, string path)
    {
        var (x, y) = (axes.X.Shown([.. sides.Select(side => side.Values[axes.X])]), axes.Y.Shown([.. sides.Select(side => side.Values[axes.Y])]));
        var panels = Left + (sides.Count * Side) + ((sides.Count - 1) * Gap);
        using var picture = new Picture((int)(panels + BarGap + BarWidth + Picture.Edge), (int)(Top + Side + Panel.BottomRoom + 16), title);
        foreach (var (i, side) in sides.Index())
        {
            using var panel = new Panel();
            Panel.Linear(panel.Plot.Axes.Bottom, x, Panel.AxisName(axes.X.Title, Side));
            Panel.Linear(panel.Plot.Axes.Left, y, Panel.AxisName(axes.Y.Title, Side));
            if (i > 0)
            {
                Panel.Unlabelled(panel.Plot.Axes.Left);
            }

            var grid = DensityGrid.Of(side.Values[axes.X], side.Values[axes.Y], x, y, side.Weights, (axes.X.IsPeriodic, axes.Y.IsPeriodic));
            panel.Map(FreeEnergies(grid), x, y, new(0, HighestShown));
            foreach (var state in states)
            {
                Outline(panel, state, axes, x, y);
            }

            var left = Left + (i * (Side + Gap));
            picture.Draw(panel, new PixelRect(left, left + Side, Top + Side, Top));
            picture.Text(side.Name, left, Top - 12, side.Color, Panel.LabelSize);
        }

        Scale(picture, panels + BarGap);
        picture.Save(path);
    }

    /// <summary>What the colours stand for.</summary>
    private static void Scale(Picture picture, float left)
    {
        using var bar = new Panel();
        Panel.Marked(bar.Plot.Axes.Left, new(0, HighestShown), "free energy, kT", []);
        Panel.Marked(bar.Plot.Axes.Bottom, new(0, 1), "", []);
        picture.Draw(bar, new PixelRect(left, left + BarWidth, Top + Side, Top));
        using var paint = new SKPaint();
        for (var cell = 0; cell < BarCells; cell++)
        {
            paint.Color = Palette.Values.GetColor((cell + 0.5) / BarCells).ToSKColor();
            picture.Canvas.DrawRect(left, Top + (Side * (BarCells - cell - 1) / BarCells), BarWidth, Side / BarCells, paint);
        }

        // So narrow a panel gets no numbers by itself.
        for (var value = 0; value <= HighestShown; value += 2)
        {
            picture.Text($"{value}", left - NumberRoom, Top + (Side * (float)(1 - (value / HighestShown))) + NumberDrop, Palette.Ink, Panel.LabelSize);
        }
    }

    /// <summary>−log of the mass in each cell above the lowest, the uppermost row first; not a number where it is too high to be shown.</summary>
    private static double[,] FreeEnergies(DensityGrid grid)
    {
        var highest = grid.Mass.Cast<double>().Max();
        var values = new double[DensityGrid.Cells, DensityGrid.Cells];
        for (var row = 0; row < DensityGrid.Cells; row++)
        {
            for (var column = 0; column < DensityGrid.Cells; column++)
            {
                var value = Math.Log(highest / grid.Mass[DensityGrid.Cells - 1 - row, column]);
                values[row, column] = value <= HighestShown ? value : double.NaN;
            }
        }

        return values;
    }

    /// <summary>The rectangle of a state, in parts where it goes over the end of a turn, of which the largest has its name.</summary>
    private static void Outline(Panel panel, ConformationState state, (Quantity X, Quantity Y) axes, AxisRange x, AxisRange y)
    {
        if (state.Bounds.Any(bound => bound.Quantity != axes.X && bound.Quantity != axes.Y))
        {
            return;
        }

        var parts = state.Parts(axes.X, x).SelectMany(_ => state.Parts(axes.Y, y), (across, up) => (across, up))
            .OrderByDescending(part => part.across.Span * part.up.Span);
        foreach (var (i, (across, up)) in parts.Index())
        {
            panel.Outline(across, up, Palette.Second, i == 0 ? state.Name : null);
        }
    }
}
