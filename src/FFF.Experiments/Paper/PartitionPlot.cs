using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Paper;

/// <summary>Solutions over a mixture of modes: a panel for each encoder with its decoder, the data below, and the losses over β.</summary>
internal static class PartitionPlot
{
    private const float Width = 300;
    private const float Height = 300;
    private const float Low = 90;
    private const float Gap = 30;
    private const float Top = 128;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Wide = 460;
    private const int Points = 601;
    private const double Shown = 3.2;
    private static readonly Color[] Colors = [Palette.First, Palette.Fifth, Palette.Third, Palette.Fourth];
    private static readonly Color Invertible = new(0xC0, 0x1F, 0x2E);

    /// <summary>Draws the solutions but those that are mirror images of one before.</summary>
    public static Picture Draw(ModesOnLine modes, IReadOnlyList<Partition> solutions, IReadOnlyList<(Partition Best, double From)> winners, string title)
    {
        var shown = solutions.DistinctBy(one => (Math.Round(one.NegativeLogLikelihood, 6), Math.Round(one.Reconstruction, 6))).ToList();
        var right = Left + (shown.Count * (Width + Gap)) + Panel.SideRoom;
        var picture = new Picture((int)(right + Wide + Picture.Edge + 12), (int)(Top + Height + Gap + Low + Panel.BottomRoom + 16), title);
        double[] x = [.. Enumerable.Range(0, Points).Select(i => -4.6 + (9.2 * i / (Points - 1)))];
        double[] z = [.. Enumerable.Range(0, Points).Select(i => -Shown + (2 * Shown * i / (Points - 1)))];
        foreach (var (i, one) in shown.Index())
        {
            var at = Left + (i * (Width + Gap));
            using var panel = new Panel();
            Panel.Linear(panel.Plot.Axes.Bottom, new(x[0], x[^1]), "");
            Panel.Unlabelled(panel.Plot.Axes.Bottom);
            Panel.Linear(panel.Plot.Axes.Left, new(-Shown, Shown), "code z");
            if (i > 0)
            {
                Panel.Unlabelled(panel.Plot.Axes.Left);
            }

            panel.Curve(one.Decode(z), z, Palette.Aside, pattern: LinePattern.Dotted);
            foreach (var piece in Pieces(modes, x, one.Encode(x)))
            {
                panel.Curve([.. piece.Select(point => point.X)], [.. piece.Select(point => point.Z)], ColorOf(one, i), pattern: LinePattern.Solid);
            }

            picture.Draw(panel, new PixelRect(at, at + Width, Top + Height, Top));
            picture.Text(one.Name, at, Top - 12, ColorOf(one, i), Panel.LabelSize);
            using var data = new Panel();
            Panel.Linear(data.Plot.Axes.Bottom, new(x[0], x[^1]), "x");
            Panel.Linear(data.Plot.Axes.Left, new(0, 0.3), "p(x)");
            if (i > 0)
            {
                Panel.Unlabelled(data.Plot.Axes.Left);
            }

            data.Curve(x, [.. x.Select(modes.Density)], Palette.Ink, pattern: LinePattern.Solid);
            picture.Draw(data, new PixelRect(at, at + Width, Top + Height + Gap + Low, Top + Height + Gap));
        }

        using var losses = new Panel();
        var last = 2 * winners[^1].From;
        Panel.Linear(losses.Plot.Axes.Bottom, new(0, last), "β");
        Panel.Linear(losses.Plot.Axes.Left, AxisRange.OfCurve([.. solutions.Select(one => one.LossAt(0)), solutions[^1].LossAt(0) + 0.6]), "NLL + β·R, nats");
        foreach (var (i, one) in shown.Index().Reverse())
        {
            losses.Curve([0, last], [one.LossAt(0), one.LossAt(last)], ColorOf(one, i), pattern: LinePattern.Solid);
        }

        picture.Draw(losses, new PixelRect(right, right + Wide, Top + Height + Gap + Low, Top));
        picture.Text("loss over β", right, Top - 12, Palette.Ink, Panel.LabelSize);
        picture.Key("best decoder g(z)", Left, 88, Palette.Aside, dashed: true);
        return picture;
    }

    private static Color ColorOf(Partition one, int index) => one.IsInvertible ? Invertible : Colors[index % Colors.Length];

    /// <summary>The encoder jumps between regions.</summary>
    private static IEnumerable<IReadOnlyList<(double X, double Z)>> Pieces(ModesOnLine modes, double[] x, double[] z) =>
        x.Zip(z, (at, code) => (X: at, Z: code)).GroupBy(point => modes.Nearest(point.X)).Select(group => (IReadOnlyList<(double, double)>)[.. group]);
}
