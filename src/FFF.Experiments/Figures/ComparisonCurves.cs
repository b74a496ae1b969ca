using FFF.Formats;
using FFF.Plots;
using FFF.Runs;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Figures;

/// <summary>The courses of several runs in one picture: exact validation likelihood above, reconstruction of validation data below.</summary>
internal static class ComparisonCurves
{
    /// <summary>More curves cannot be told apart.</summary>
    public const int MaxRuns = 8;

    private const int Width = 1000;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float PanelHeight = 270;
    private const float KeyHeight = 28;
    private const double Tiny = 1e-300;

    private static readonly Color[] Colors =
        [.. Palette.Several, Palette.Ink, Palette.Aside];

    /// <summary>Draws the runs' metrics.csv, in the runs' order.</summary>
    /// <param name="runs">From one to <see cref="MaxRuns"/> runs.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="FileReadException">A metrics.csv is missing or damaged.</exception>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void Save(IReadOnlyList<RunFolder> runs, string path)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(runs.Count, MaxRuns);
        var metrics = runs.Select(run => MetricsReader.Read(run.MetricsFile)).ToList();
        var (upperTop, lowerTop) = (70 + (KeyHeight * runs.Count), 110 + (KeyHeight * runs.Count) + PanelHeight);
        using var picture = new Picture(Width, (int)(lowerTop + PanelHeight + Panel.BottomRoom + Picture.Edge), $"{runs.Count} runs");
        for (var i = 0; i < runs.Count; i++)
        {
            picture.Key($"{runs[i].Name}/{runs[i].Version}", Left, 72 + (KeyHeight * i), Colors[i]);
        }

        var epochs = metrics.Select(m => Column(m, "epoch")).ToList();
        var last = epochs.SelectMany(e => e).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        var shown = new AxisRange(-0.02 * last, 1.02 * last);

        using var upper = new Panel();
        var likelihoods = metrics.Select(m => Column(m, "val_nll")).ToList();
        Panel.Linear(upper.Plot.Axes.Left, Range(likelihoods), "validation NLL (nats)");
        Panel.Linear(upper.Plot.Axes.Bottom, shown, "", integers: true);
        Panel.Unlabelled(upper.Plot.Axes.Bottom);
        Draw(upper, epochs, likelihoods, "the likelihood of validation data has not been measured");
        picture.Draw(upper, new PixelRect(Left, Width - Picture.Edge, upperTop + PanelHeight, upperTop));

        using var lower = new Panel();
        var reconstructions = metrics.Select(m => Column(m, "val_reconstruction").Select(value => value > Tiny ? Math.Log10(value) : double.NaN).ToArray())
            .ToList();
        Panel.Logarithmic(lower.Plot.Axes.Left, Range(reconstructions), "reconstruction");
        Panel.Linear(lower.Plot.Axes.Bottom, shown, "epoch", integers: true);
        Draw(lower, epochs, reconstructions, "the reconstruction has not been measured");
        picture.Draw(lower, new PixelRect(Left, Width - Picture.Edge, lowerTop + PanelHeight, lowerTop));
        picture.Save(path);
    }

    private static void Draw(Panel panel, List<double[]> epochs, List<double[]> values, string ifNone)
    {
        for (var i = values.Count - 1; i >= 0; i--)
        {
            panel.Curve(epochs[i], values[i], Colors[i]);
        }

        if (!values.Any(curve => curve.Any(double.IsFinite)))
        {
            panel.Say(ifNone);
        }
    }

    private static AxisRange Range(List<double[]> curves) => AxisRange.OfCurve([.. curves.SelectMany(values => values).Where(double.IsFinite)]);

    private static double[] Column(Metrics metrics, string name) =>
        metrics.Columns.TryGetValue(name, out var values) ? values : [.. Enumerable.Repeat(double.NaN, metrics.Steps.Count)];
}
