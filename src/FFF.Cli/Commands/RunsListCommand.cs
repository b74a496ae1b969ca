using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff runs list</c></summary>
internal static class RunsListCommand
{
    private const string Started = "started";
    private const string Name = "name";

    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly RunSelectionOptions Selection = new();
    private static readonly Option<bool> Csv = new("--csv") { Description = "Print a table of all results and last metrics as comma-separated values." };
    private static readonly Option<string?> Sort = new("--sort")
    {
        Description =
            "Sort by started (the newest first, if left out), name, or a metric (the smallest first): a result, such as nll, or a column of metrics.csv. "
            + "Doubtful results come last.",
        HelpName = "METRIC",
    };
    private static readonly Option<bool> Descending = new("--descending")
    {
        Description = "The largest metric first, the last name first, or the oldest run first.",
    };
    private static readonly Option<string[]> Metric = new("--metric")
    {
        Description = "Show this metric too; may be given again.",
        HelpName = "METRIC",
        AllowMultipleArgumentsPerToken = false,
    };
    private static readonly Option<int?> Limit = CommonOptions.Number<int>("--limit", "Show at most so many.", n => n > 0, "a whole number above 0");

    public static Command Create()
    {
        var command = new ExampledCommand("list", "Lists runs, the newest first.",
            "fff runs list", "fff runs list --name 'beta-*' --sort nll --limit 5", "fff runs list --status failed",
            "fff runs list --where objective.beta=100 --metric val_nll --metric val_reconstruction", "fff runs list --runs /scratch/runs --csv > runs.csv")
        {
            Runs, Sort, Descending, Metric, Limit, Json, Csv,
        };
        foreach (var option in Selection.All)
        {
            command.Options.Add(option);
        }

        Sort.CompletionSources.Add(Started, Name);
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult parsed)
    {
        var root = parsed.GetRequiredValue(Runs);
        var found = Selection.Parse(parsed).Of(TrainingFolders.Judged(RunLocator.List(root)));
        var (sort, shown) = (parsed.GetValue(Sort) ?? Started, (parsed.GetValue(Metric) ?? []).ToList());
        var (json, csv) = (parsed.GetValue(Json), parsed.GetValue(Csv));
        if (sort is not (Started or Name))
        {
            shown.Insert(0, sort);
        }

        // Scalars are read only if they are asked for.
        IReadOnlyList<IReadOnlyDictionary<string, double>> metrics = shown.Count > 0 || json || csv
            ? [.. found.AsParallel().AsOrdered().Select(RunMetrics.Of)]
            : [];
        shown.ForEach(name => RunMetrics.Require(name, metrics));
        if (sort is not (Started or Name)
            && metrics.Select(values => RunDoubts.Judgement(values, sort)).FirstOrDefault(name => name is not null) is { } judgement)
        {
            shown.Insert(1, judgement);
        }

        var order = Order(found, metrics, sort, parsed.GetValue(Descending)).Take(parsed.GetValue(Limit) ?? int.MaxValue).ToList();
        found = [.. order.Select(i => found[i])];
        metrics = metrics.Count > 0 ? [.. order.Select(i => metrics[i])] : [];
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize([.. found.Zip(metrics, Entry)], ResultJson.Default.IReadOnlyListRunEntry));
        }
        else if (csv)
        {
            Console.Out.Write(Table(found, metrics));
        }
        else if (found.Count == 0)
        {
            Console.Error.WriteLine(Selection.IsGiven(parsed)
                ? $"No run in '{Path.GetFullPath(root)}' is as asked for."
                : $"'{Path.GetFullPath(root)}' holds no runs. Train one with 'fff train'.");
        }
        else
        {
            Screen.Out.Write(RunTables.List(found, metrics, [.. shown.Distinct()]));
        }
    }

    /// <summary>The runs' places in their new order; those with doubts come behind the others, those without the metric last.</summary>
    private static IEnumerable<int> Order(IReadOnlyList<RunSummary> runs, IReadOnlyList<IReadOnlyDictionary<string, double>> metrics,
        string sort, bool descending)
    {
        var places = Enumerable.Range(0, runs.Count);
        string Named(int i) => Words.Name(runs[i].Folder);
        return sort switch
        {
            Started => descending ? places.Reverse() : places,
            Name => descending ? places.OrderByDescending(Named, StringComparer.Ordinal) : places.OrderBy(Named, StringComparer.Ordinal),
            _ => RunDoubts.Ranked(places, i => runs[i].Manifest, i => metrics[i], sort, descending),
        };
    }

    private static RunEntry Entry(RunSummary run, IReadOnlyDictionary<string, double> metrics) => new(
        Words.Name(run.Folder), run.Folder.Path, run.Manifest?.Status, run.Manifest?.Started, run.Manifest?.Ended,
        run.Manifest?.Epoch, run.Manifest?.Step, run.Manifest?.Results, metrics, run.Manifest?.Trial, run.Problem, run.Manifest?.Doubts);

    /// <summary>One row a run. What a trial sets has columns of its own, named by the keys.</summary>
    private static string Table(IReadOnlyList<RunSummary> runs, IReadOnlyList<IReadOnlyDictionary<string, double>> metrics)
    {
        var columns = metrics.SelectMany(values => values.Keys).Where(name => name is not ("step" or "epoch")).Distinct().ToList();
        var keys = runs.SelectMany(run => run.Manifest?.Trial?.Values.Keys ?? []).Distinct().ToList();
        var text = new StringBuilder(CsvText.Row(["run", "status", "started", "ended", "epoch", "step", .. columns, .. keys]));
        foreach (var (run, values) in runs.Zip(metrics))
        {
            var manifest = run.Manifest;
            text.Append(CsvText.Row([
                Words.Name(run.Folder), manifest is null ? "unreadable" : RunTables.Status(manifest), $"{manifest?.Started:O}", $"{manifest?.Ended:O}",
                $"{manifest?.Epoch}", $"{manifest?.Step}",
                .. columns.Select(column => values.TryGetValue(column, out var value) ? value.ToString("R", CultureInfo.InvariantCulture) : ""),
                .. keys.Select(key => manifest?.Trial?.Values.GetValueOrDefault(key, "") ?? "")]));
        }

        return text.ToString();
    }
}
