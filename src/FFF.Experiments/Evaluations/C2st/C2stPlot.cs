using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Formats;
using FFF.Plots;
using ScottPlot;
using Palette = FFF.Plots.Palette;

namespace FFF.Evaluations.C2st;

/// <summary>The benchmark's figure: C2ST over the budget, a panel for each task (Figure 3 of "Free-form Flows", AISTATS 2024).</summary>
internal static class C2stPlot
{
    private const int MaxColumns = 5;
    private const float PanelWidth = 240;
    private const float PanelHeight = 210;
    private const float ColumnGap = 22;
    private const float RowGap = 56;
    private const float Left = Picture.Edge + Panel.SideRoom;
    private const float Top = 140;
    private const float RoomForKeys = 1000;

    // In log₁₀ of the budget.
    private const double MethodShift = 0.07;
    private const double Margin = 0.3;

    private const double Perfect = 0.5;
    private const double Floor = 0.46;
    private const double Ceiling = 1.04;
    private static readonly int[] PublishedBudgets = [1_000, 10_000, 100_000];
    private static readonly double[] Ticks = [0.5, 0.6, 0.7, 0.8, 0.9, 1];
    private static readonly Color[] Colors = [Palette.First, Palette.Second, Palette.Third];

    /// <summary>
    /// Draws a panel for each task that there are results of, in the benchmark's order, at most five in a row; with all ten
    /// about 1450 × 760 pixels. A dot is the mean over the observations, its bar their standard deviation up and down; the
    /// methods stand a little beside each other. Dashed: the published means of <see cref="BenchmarkScore.Reference"/>. The
    /// grey line at 0.5 is a perfect posterior.
    /// </summary>
    /// <param name="scores">The results; at least one.</param>
    /// <param name="path">The PNG to write.</param>
    /// <exception cref="FileWriteException">The picture cannot be written.</exception>
    public static void Save(IReadOnlyList<BenchmarkScore> scores, string path)
    {
        string[] tasks = [.. SbiTasks.Names.Where(task => scores.Any(score => score.Point.Task == task))];
        string[] methods = [.. MethodKeys.Names.Where(method => scores.Any(score => score.Point.Method == method))];
        var columns = Math.Min(tasks.Length, MaxColumns);
        var rows = (tasks.Length + columns - 1) / columns;
        var width = Left + (columns * (PanelWidth + ColumnGap)) + Picture.Edge;
        using var picture = new Picture(
            (int)Math.Max(width, RoomForKeys), (int)(Top + (rows * (PanelHeight + RowGap)) - RowGap + Panel.BottomRoom + Picture.Edge),
            "C2ST by the number of simulations, mean ± deviation over the observations");
        Keys(picture, methods);

        var shown = (X: Budgets(scores), Y: new AxisRange(Math.Min(Floor, scores.Min(score => score.Mean - score.Std) - 0.02), Ceiling));
        for (var i = 0; i < tasks.Length; i++)
        {
            using var panel = new Panel();
            Panel.Logarithmic(panel.Plot.Axes.Bottom, shown.X, "simulations");
            Panel.Marked(panel.Plot.Axes.Left, shown.Y, "C2ST", Ticks);
            if (i % columns > 0)
            {
                Panel.Unlabelled(panel.Plot.Axes.Left);
            }

            if (i + columns < tasks.Length)
            {
                Panel.Unlabelled(panel.Plot.Axes.Bottom);
            }

            Draw(panel, tasks[i], methods, [.. scores.Where(score => score.Point.Task == tasks[i])]);
            var (x, y) = (Left + (i % columns * (PanelWidth + ColumnGap)), Top + (i / columns * (PanelHeight + RowGap)));
            picture.Draw(panel, new PixelRect(x, x + PanelWidth, y + PanelHeight, y));
            picture.Text(tasks[i], x, y - 12, Palette.Ink, Panel.LabelSize, x + PanelWidth);
        }

        picture.Save(path);
    }

    private static void Keys(Picture picture, string[] methods)
    {
        const float Baseline = 88;
        var x = methods.Aggregate(Left, (at, method) => picture.Key(method, at, Baseline, ColorOf(method)));
        x = picture.Key($"{BenchmarkScore.Reference}, published", x, Baseline, Palette.Ink, dashed: true);
        picture.Key("perfect posterior", x, Baseline, Palette.Aside);
    }

    private static void Draw(Panel panel, string task, string[] methods, BenchmarkScore[] scores)
    {
        panel.Level(Perfect, Palette.Aside);
        var published = PublishedBudgets.Select(budget => PublishedC2st.Mean(task, BenchmarkScore.Reference, budget) ?? double.NaN).ToArray();
        panel.Curve([.. PublishedBudgets.Select(budget => Math.Log10(budget))], published, Palette.Ink, pattern: LinePattern.Dashed);
        foreach (var (index, method) in methods.Index())
        {
            BenchmarkScore[] points = [.. scores.Where(score => score.Point.Method == method)];
            var shift = MethodShift * (index - ((methods.Length - 1) / 2.0));
            double[] x = [.. points.Select(score => Math.Log10(score.Point.Simulations) + shift)];
            double[] y = [.. points.Select(score => score.Mean)];
            panel.Errors(x, y, [.. points.Select(score => score.Std)], ColorOf(method));
            panel.Curve(x, y, ColorOf(method));
        }
    }

    /// <summary>log₁₀ of all budgets of the results and of the published ones.</summary>
    private static AxisRange Budgets(IReadOnlyList<BenchmarkScore> scores)
    {
        int[] budgets = [.. PublishedBudgets, .. scores.Select(score => score.Point.Simulations)];
        return new(Math.Log10(budgets.Min()) - Margin, Math.Log10(budgets.Max()) + Margin);
    }

    private static Color ColorOf(string method) => Colors[MethodKeys.Names.Index().First(name => name.Item == method).Index];
}
