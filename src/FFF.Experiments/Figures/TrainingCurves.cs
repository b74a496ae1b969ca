using System.Globalization;
using FFF.Formats;
using FFF.Plots;
using FFF.Runs;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Figures;

/// <summary>
/// The course of a run over its epochs: the exact validation likelihood through encoder and decoder above, the
/// reconstruction error below. Only together do they tell a good fit: a low NLL with a bad reconstruction is spurious.
/// </summary>
internal static class TrainingCurves
{
    private const int Width = 1000;
    private const int Height = 800;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float PanelHeight = 270;
    private const float UpperTop = 110;
    private const float LowerTop = 450;
    private const double Tiny = 1e-300;

    /// <summary>Draws metrics.csv of a run, also of one that is under way, has no validation, or has logged nothing yet.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">The PNG to write, 1000 × 800 pixels.</param>
    /// <exception cref="FileReadException">metrics.csv is missing, damaged, or lacks a column.</exception>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void Save(RunFolder run, string path)
    {
        var metrics = MetricsReader.Read(run.MetricsFile);
        double[] Column(string name) => metrics.Columns.TryGetValue(name, out var values)
            ? values
            : throw new FileReadException(run.MetricsFile, $"has no column '{name}', so its curves cannot be drawn.");
        var (epochs, betas) = (Column("epoch"), Column("beta"));
        double[][] likelihoods = [Column("val_nll"), Column("val_nll_decoder")];
        double[][] reconstructions = [Logarithms(Column("reconstruction")), Logarithms(Column("val_reconstruction"))];

        using var picture = new Picture(Width, Height, $"{run.Name}/{run.Version}");
        var changing = betas.Where(double.IsFinite).Distinct().Count() > 1;
        var right = Width - Picture.Edge - (changing ? Panel.SideRoom : 0);
        var shown = Epochs(epochs);

        using var upper = new Panel();
        var likelihoodRange = AxisRange.OfCurve([.. likelihoods.SelectMany(values => values).Where(double.IsFinite)]);
        Panel.Linear(upper.Plot.Axes.Left, likelihoodRange, "validation NLL (nats)");
        Panel.Linear(upper.Plot.Axes.Bottom, shown, "", integers: true);
        Panel.Unlabelled(upper.Plot.Axes.Bottom);
        DrawPair(upper, epochs, likelihoods, epochs.Length == 0 ? "no epoch has been logged yet" : "the likelihood of validation data has not been measured");
        picture.Draw(upper, new PixelRect(Left, right, UpperTop + PanelHeight, UpperTop));
        picture.Key("decoder", picture.Key("encoder", Left, UpperTop - 14, Palette.First), UpperTop - 14, Palette.Second);

        using var lower = new Panel();
        var reconstructionRange = AxisRange.OfCurve([.. reconstructions.SelectMany(values => values).Where(double.IsFinite)]);
        Panel.Logarithmic(lower.Plot.Axes.Left, reconstructionRange, "reconstruction ‖x − g(f(x))‖²");
        Panel.Linear(lower.Plot.Axes.Bottom, shown, "epoch", integers: true);
        if (changing)
        {
            var logs = Logarithms(betas);
            Panel.Logarithmic(lower.Plot.Axes.Right, AxisRange.OfCurve([.. logs.Where(double.IsFinite)]), "");
            lower.Curve(epochs, logs, Palette.Aside, lower.Plot.Axes.Right, LinePattern.Dashed);
        }

        DrawPair(lower, epochs, reconstructions, "the reconstruction has not been measured");
        picture.Draw(lower, new PixelRect(Left, right, LowerTop + PanelHeight, LowerTop));
        var next = picture.Key("validation", picture.Key("training", Left, LowerTop - 14, Palette.First), LowerTop - 14, Palette.Second);
        if (changing)
        {
            picture.Key("β (right)", next, LowerTop - 14, Palette.Aside);
        }
        else if (betas.Where(double.IsFinite).ToArray() is [var beta, ..])
        {
            picture.Text(string.Create(CultureInfo.InvariantCulture, $"β = {beta:G4}"), next, LowerTop - 14, Palette.Aside);
        }

        picture.Save(path);
    }

    private static void DrawPair(Panel panel, double[] epochs, double[][] pair, string ifNone)
    {
        // The second, mostly hidden by the first where they agree, would else hide it.
        panel.Curve(epochs, pair[1], Palette.Second);
        panel.Curve(epochs, pair[0], Palette.First);
        if (!pair.Any(values => values.Any(double.IsFinite)))
        {
            panel.Say(ifNone);
        }
    }

    private static AxisRange Epochs(double[] epochs)
    {
        double[] finite = [.. epochs.Where(double.IsFinite)];
        return finite.Length switch
        {
            0 => new(0, 1),
            1 => new(finite[0] - 1, finite[0] + 1),
            _ => new(finite.Min() - (0.02 * (finite.Max() - finite.Min())), finite.Max() + (0.02 * (finite.Max() - finite.Min()))),
        };
    }

    /// <summary>log₁₀; NaN, which is not drawn, for what is not positive.</summary>
    private static double[] Logarithms(double[] values) => [.. values.Select(value => value > Tiny ? Math.Log10(value) : double.NaN)];
}
