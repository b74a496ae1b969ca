using FFF.Evaluation.Boltzmann;
using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.Conformations;

/// <summary>The free energies of states above the first one, of data, samples and reweighted samples, with bars of one standard error.</summary>
internal static class StatesPlot
{
    private const double Step = 0.16;
    private const float MinPanel = 760;
    private const float Room = 120;
    private const float Height = 340;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Top = 132;

    /// <summary>Draws a column for each state but the first.</summary>
    /// <param name="states">The states, at least two.</param>
    /// <param name="split">Where the data are from.</param>
    /// <param name="title">What is written above.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="Formats.FileWriteException">The picture cannot be written.</exception>
    public static void Save(IReadOnlyList<ComparedState> states, string split, string title, string path)
    {
        ComparedState[] shown = [.. states.Skip(1)];
        (string Name, Color Color, Func<ComparedState, StateShare?> Of)[] sides =
        [
            ($"data ({split})", Palette.Second, state => state.Data),
            ("samples", Palette.First, state => state.Samples),
            ("reweighted samples", Palette.Third, state => state.Reweighted),
        ];
        sides = [.. sides.Where(side => states.Any(state => side.Of(state) is not null))];
        var width = Math.Max(MinPanel, Room * shown.Length);
        using var picture = new Picture((int)(Left + width + Picture.Edge + 12), (int)(Top + Height + Panel.BottomRoom + 16), title);
        using var panel = new Panel();
        MeanEstimate[] all = [.. from state in shown from side in sides let energy = side.Of(state)?.FreeEnergy where energy is not null select energy];
        var range = AxisRange.Of([0, .. all.Select(e => e.Value - e.StandardError), .. all.Select(e => e.Value + e.StandardError)], []);
        Panel.Named(panel.Plot.Axes.Bottom, [.. shown.Select(state => state.Name)]);
        Panel.Linear(panel.Plot.Axes.Left, range, Panel.AxisName($"free energy above {states[0].Name}, kT", Height));
        panel.Level(0, Palette.Aside);
        var x = Left;
        foreach (var (i, side) in sides.Index())
        {
            x = picture.Key(side.Name, x, Top - 34, side.Color);
            (double At, MeanEstimate Energy)[] points = [.. shown.Index().Where(state => side.Of(state.Item)?.FreeEnergy is not null)
                .Select(state => (state.Index + ((i - ((sides.Length - 1) / 2.0)) * Step), side.Of(state.Item)!.FreeEnergy!))];
            double[] places = [.. points.Select(point => point.At)], values = [.. points.Select(point => point.Energy.Value)];
            panel.Errors(places, values, [.. points.Select(point => point.Energy.StandardError)], side.Color);
            panel.Dots(places, values, side.Color, among: 1);
        }

        picture.Draw(panel, new PixelRect(Left, Left + width, Top + Height, Top));
        picture.Save(path);
    }
}
