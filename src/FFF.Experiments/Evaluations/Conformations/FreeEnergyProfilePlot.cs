using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.Conformations;

/// <summary>The free energy of each quantity, of data, samples and reweighted samples, with bands of one standard error.</summary>
internal static class FreeEnergyProfilePlot
{
    /// <summary>At most so many quantities are drawn, the first ones.</summary>
    public const int MaxQuantities = 12;

    private const int MaxColumns = 3;
    private const double HighestShown = 12;
    private const double LowestShown = 2;
    private const double Margin = 0.5;
    private const float Cell = 400;
    private const float CellHeight = 270;
    private const float GapX = 30;
    private const float GapY = 76;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Top = 132;
    private const float MinWidth = 900;

    /// <summary>Draws a panel for each quantity; zero is the lowest free energy of the first side, the data.</summary>
    /// <param name="quantities">The quantities.</param>
    /// <param name="sides">The sides, the data first.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="Formats.FileWriteException">The picture cannot be written.</exception>
    public static void Save(IReadOnlyList<Quantity> quantities, IReadOnlyList<ConformationSide> sides, string title, string path)
    {
        Quantity[] shown = [.. quantities.Take(MaxQuantities)];
        var columns = Math.Min(MaxColumns, shown.Length);
        var rows = (shown.Length + columns - 1) / columns;
        using var picture = new Picture(
            (int)Math.Max(MinWidth, Left + (columns * Cell) + ((columns - 1) * GapX) + Picture.Edge + 12),
            (int)(Top + (rows * CellHeight) + ((rows - 1) * GapY) + Panel.BottomRoom + 16),
            quantities.Count > MaxQuantities ? $"{title}: the first {MaxQuantities} of {quantities.Count} quantities" : title);
        var x = Left;
        foreach (var side in sides)
        {
            x = picture.Key(side.Name, x, Top - 34, side.Color);
        }

        picture.Text("bands: ± one standard error", x, Top - 34, Palette.Aside);
        foreach (var (i, quantity) in shown.Index())
        {
            using var panel = new Panel();
            Draw(panel, quantity, sides);
            if (i % columns > 0)
            {
                panel.Plot.Axes.Left.Label.IsVisible = false;
            }

            var (left, top) = (Left + (i % columns * (Cell + GapX)), Top + (i / columns * (CellHeight + GapY)));
            picture.Draw(panel, new PixelRect(left, left + Cell, top + CellHeight, top));
        }

        picture.Save(path);
    }

    private static void Draw(Panel panel, Quantity quantity, IReadOnlyList<ConformationSide> sides)
    {
        var range = quantity.Shown([.. sides.Select(side => side.Values[quantity])]);
        var bins = Histogram.BinCount(sides[0].Values[quantity].Length);
        FreeEnergyProfile[] profiles = [.. sides.Select(side => FreeEnergyProfile.Of(side, quantity, range, bins))];
        var zero = profiles[0].Lowest;
        Panel.Linear(panel.Plot.Axes.Bottom, range, Panel.AxisName(quantity.Title, Cell));
        double[] heights = [.. profiles.SelectMany(profile => profile.Values).Where(double.IsFinite).Select(value => value - zero)];
        Panel.Linear(panel.Plot.Axes.Left, new(Math.Max(heights.Min(), -LowestShown) - Margin, Math.Min(heights.Max(), HighestShown) + Margin),
            "free energy, kT");
        foreach (var (profile, side) in profiles.Zip(sides).Reverse())
        {
            foreach (var stretch in profile.Stretches())
            {
                var (x, y, errors) = (profile.Middles[stretch], profile.Values[stretch].Select(value => value - zero).ToArray(), profile.Errors[stretch]);
                panel.Band(x, [.. y.Zip(errors, (value, error) => value - error)], [.. y.Zip(errors, (value, error) => value + error)],
                    side.Color.WithAlpha(0.25));
                panel.Curve(x, y, side.Color, pattern: LinePattern.Solid);
            }
        }
    }
}
