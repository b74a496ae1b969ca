using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Paper;

/// <summary>Encoders and decoders on the line, a panel each, with the densities below.</summary>
internal static class MixturePlot
{
    private const float Width = 300;
    private const float Height = 300;
    private const float Low = 150;
    private const float Gap = 30;
    private const float Top = 150;
    private const float Left = Picture.Edge + Panel.SideRoom;

    /// <summary>Draws the solutions side by side.</summary>
    public static Picture Draw(IReadOnlyList<MixtureSolution> solutions, string title)
    {
        var picture = new Picture(
            (int)(Left + (solutions.Count * (Width + Gap)) + Picture.Edge), (int)(Top + Height + Gap + Low + Panel.BottomRoom + 16), title);
        var x = picture.Key("encoder f", Left, 88, Palette.First);
        x = picture.Key("decoder g", x, 88, Palette.Second, dashed: true);
        picture.Key("data", x, 88, Palette.Aside);
        var densest = 1.15 * solutions.Max(one => one.Density.Max());
        foreach (var (i, one) in solutions.Index())
        {
            var at = Left + (i * (Width + Gap));
            var shown = new AxisRange(one.Grid[0], one.Grid[^1]);
            using var maps = new Panel();
            Panel.Linear(maps.Plot.Axes.Bottom, shown, "");
            Panel.Unlabelled(maps.Plot.Axes.Bottom);
            Panel.Linear(maps.Plot.Axes.Left, shown, "code z");
            maps.Curve(one.Grid, one.Codes, Palette.First, pattern: LinePattern.Solid);
            maps.Curve(one.Decoded, one.Grid, Palette.Second, pattern: LinePattern.Dashed);
            using var densities = new Panel();
            Panel.Linear(densities.Plot.Axes.Bottom, shown, "x");
            Panel.Linear(densities.Plot.Axes.Left, new(0, densest), "density");
            densities.Curve(one.Grid, one.Data, Palette.Aside, pattern: LinePattern.Solid);
            densities.Curve(one.Grid, one.Density, Palette.First, pattern: LinePattern.Solid);
            if (i > 0)
            {
                Panel.Unlabelled(maps.Plot.Axes.Left);
                Panel.Unlabelled(densities.Plot.Axes.Left);
            }

            picture.Draw(maps, new PixelRect(at, at + Width, Top + Height, Top));
            picture.Draw(densities, new PixelRect(at, at + Width, Top + Height + Gap + Low, Top + Height + Gap));
            picture.Text($"β = {PaperText.Plain(one.Beta)}", at, Top - 12, Palette.Ink, Panel.LabelSize);
        }

        return picture;
    }
}
