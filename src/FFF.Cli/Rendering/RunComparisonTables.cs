using FFF.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>Runs beside each other, a column each.</summary>
internal static class RunComparisonTables
{
    public static IRenderable Of(IReadOnlyList<ComparedRun> runs)
    {
        var settings = runs[0].Differences.Keys.ToList();
        var metrics = runs.SelectMany(run => run.Metrics.Keys).Distinct().ToList();
        var table = Tables.Create([("", Justify.Left), .. runs.Select(run => new TableColumn(run.Run, Justify.Right))]);
        table.Row(["status", .. runs.Select(run => run.Status.ToString().ToLowerInvariant())]);
        foreach (var key in settings)
        {
            table.Row([key, .. runs.Select(run => run.Differences[key] ?? "–")]);
        }

        if (settings.Count == 0)
        {
            table.Row(["no setting differs"]);
        }

        table.Row();
        foreach (var metric in metrics)
        {
            table.Row([metric, .. runs.Select(
                run => run.Metrics.TryGetValue(metric, out var value) ? Words.Number(value, 6) + (IsDoubtful(run, metric) ? RunDoubts.Mark : "") : "–")]);
        }

        return table;
    }

    private static bool IsDoubtful(ComparedRun run, string metric) => RunDoubts.Of(run.Doubts, metric).Count > 0;
}
