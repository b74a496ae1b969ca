using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Evaluations.C2st;
using FFF.Formats;

namespace FFF.Paper;

/// <summary>Figure 3: the classifier two-sample test on the tasks of simulation-based inference.</summary>
internal sealed class BenchmarkFigure : PaperPart
{
    private const string Picture = "c2st.png";
    private const int Middle = 10_000;

    /// <inheritdoc/>
    public override string Name => "fig3";

    /// <inheritdoc/>
    public override string Title => "Figure 3: simulation-based inference";

    /// <inheritdoc/>
    public override string Shows => "C2ST accuracy on the tasks of sbibm for free-form flows, flow matching and a neural spline flow, for 1,000, "
        + "10,000 and 100,000 simulations, averaged over ten observations, with the standard deviation as error bars. The methods are comparable; none is "
        + "better "
        + "throughout.";

    /// <inheritdoc/>
    public override IEnumerable<PaperTraining> Trainings(bool isFull) =>
        from budget in isFull ? (int[])[1000, Middle, 100_000] : [Middle]
        from task in SbiTasks.Names
        from method in isFull ? (string[])["fff", "spline-flow", "flow-matching"] : ["fff"]
        from seed in isFull ? (int[])[0, 1, 2] : [0]
        select Training(task, budget, method, seed);

    /// <inheritdoc/>
    public override PaperFindings Work(PaperWorkshop workshop)
    {
        var runs = Trainings(workshop.IsFull).Select(workshop.Run).ToList();
        var found = BenchmarkRuns.Read([.. runs.Select(run => run.Folder)]);
        var scores = BenchmarkScore.Of(found.Runs);
        C2stPlot.Save(scores, Path.Combine(workshop.FolderOf(this), Picture));
        return new(workshop.IsFull, [new(Picture, "Ours, and the results that sbibm published, over the number of simulations")],
            [
                new("Mean ± standard deviation of the C2ST over the observations; 0.5 is a perfect posterior",
                    ["task", "simulations", "method", "here", $"sbibm, {BenchmarkScore.Reference}"],
                    [
                        .. scores.Select(score => (IReadOnlyList<string>)[score.Point.Task, NumberText.Count(score.Point.Simulations), score.Point.Method,
                            PaperText.Estimate(score.Mean, score.Std, 3),
                            score.Published is { } published ? PaperText.Number(published, 3) : "–"]),
                    ]),
            ],
            ["sbibm's numbers are those that Lueckmann et al. (2021) published with the benchmark; the paper's own are in its figure alone."],
            [.. runs.Select(run => run.Command)], [.. runs.SelectMany(run => run.Doubts), .. found.LeftOut]);
    }

    /// <summary>The settings of the task, over which those of the budget and of the method are laid where there are any.</summary>
    private static PaperTraining Training(string task, int budget, string method, int seed)
    {
        string[] overlays = [$"sbi/budgets/{budget}", $"sbi/budgets/{task}-{budget}", $"sbi/methods/{method.Replace('-', '_')}"];
        return new([$"sbi/{task}", .. overlays.Where(ConfigNames.Shipped.Contains)], $"{task}-{budget}-{method}-s{seed}",
            $"data.simulations={budget}", $"seed={seed}");
    }
}
