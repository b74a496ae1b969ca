using System.Globalization;
using FFF.Configuration;
using FFF.Evaluations;
using FFF.Formats;
using FFF.Options;
using FFF.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>Runs for people.</summary>
internal static class RunTables
{
    private static readonly Lazy<IReadOnlyList<Headline>> Headlines = new(() =>
        [.. Kinds.Of(typeof(EvaluationConfig)).Select(kind => ((IEvaluation)Activator.CreateInstance(kind.Kind)!).Headline)]);

    /// <param name="runs">The runs.</param>
    /// <param name="metrics">Their metrics; not used where no column is asked for.</param>
    /// <param name="columns">The metrics to show.</param>
    public static IRenderable List(IReadOnlyList<RunSummary> runs, IReadOnlyList<IReadOnlyDictionary<string, double>> metrics, IReadOnlyList<string> columns)
    {
        var hasEnsembles = runs.Any(run => run.Manifest?.Ensemble is not null);

        // On a narrow terminal, what matters least is left out, and the result only where metrics are asked for.
        var table = Tables.Create(
        [
            ("run", Justify.Left), ("status", Justify.Left), new("result", Justify.Left, IsOptional: columns.Count > 0),
            .. columns.Select(column => new TableColumn(column, Justify.Right)),
            .. hasEnsembles ? [new TableColumn("flows", Justify.Right, IsOptional: true)] : Array.Empty<TableColumn>(),
            new("epoch", Justify.Right, IsOptional: true), new("started", Justify.Left, IsOptional: true), new("took", Justify.Right, IsOptional: true),
        ]);
        for (var i = 0; i < runs.Count; i++)
        {
            var (run, values) = (runs[i], metrics.Count > 0 ? metrics[i] : null);
            var shown =
                columns.Select(column => values!.TryGetValue(column, out var value) ? RunDoubts.Marked(Words.Number(value, 6), run.Manifest, column) : "");
            string[] flows = hasEnsembles ? [run.Manifest is null ? "" : Words.Count(run.Manifest.Ensemble ?? 1)] : [];
            string[] cells = run.Manifest is { } manifest
                ? [Words.Name(run.Folder), Status(manifest), Headline(manifest), .. shown, .. flows, Words.Count(manifest.Epoch), Local(manifest.Started),
                    Took(manifest)]
                : [Words.Name(run.Folder), "unreadable", "", .. shown, .. flows, "", "", ""];
            table.Row(cells);
        }

        return table;
    }

    public static IRenderable Details(
        RunFolder folder, Manifest manifest, string? config, IReadOnlyDictionary<string, double>? metrics, IReadOnlyList<RunFile> files)
    {
        var parts = new List<IRenderable>
        {
            Heading(Words.Name(folder)),
            Tables.Pairs(
            [
                ("status", manifest.Message is { } message ? $"{Status(manifest)}: {message}" : Status(manifest)),
                ("folder", Words.Place(folder.Path)),
                ("started", Local(manifest.Started)),
                ("took", Took(manifest)),
                ("done", $"{NumberText.Counted(manifest.Epoch, "epoch")}, {NumberText.Counted(manifest.Step, "step")}; "
                    + $"{NumberText.Counted(manifest.SkippedSteps, "step")} skipped, {NumberText.Counted(manifest.Spikes, "spike")}, "
                    + $"{NumberText.Counted(manifest.Returns, "return")} to a good state"),
                ("seed", manifest.Seed.ToString(CultureInfo.InvariantCulture)),
                .. manifest.Ensemble is { } flows ? [("ensemble", $"the mixture of {Words.Count(flows)} flows")] : Array.Empty<(string, string)>(),
                ("device", $"{manifest.Device}, {Words.Threads(manifest.Threads)}"),
                ("versions", $"fff {manifest.ProgramVersion}, libtorch {manifest.LibtorchVersion}, TorchSharp {manifest.TorchSharpVersion}, "
                    + $".NET {manifest.DotnetVersion}"),
                ("system", manifest.OperatingSystem),
                .. (manifest.Lineage ?? []).Select(ancestor => ("began with", $"{ancestor.Run} after {NumberText.Counted(ancestor.Epoch, "epoch")}")),
                .. RunData.Facts(manifest),
                ("commit", manifest.Commit ?? "none"),
                ("command", manifest.CommandLine.Count == 0 ? "none: a program of its own" : $"fff {string.Join(' ', manifest.CommandLine)}"),
            ]),
        };
        Add("results", manifest.Results.Select(result => (result.Key, RunDoubts.Marked(Words.Number(result.Value, 6), manifest, result.Key))));
        Add("doubts", manifest.Doubts?.SelectMany(doubts => doubts.Value.Select(doubt => (doubts.Key, doubt))));
        Add("last metrics", metrics?.Select(metric => (metric.Key, Words.Number(metric.Value, 6))));
        Add("files", files.Select(file => (file.Path, Words.Bytes(file.Bytes))));
        if (config is not null)
        {
            parts.Add(Heading("configuration"));
            parts.Add(new Padder(new Text(PlainText.Of(config.ReplaceLineEndings("\n").TrimEnd())), new Padding(2, 0, 0, 0)));
        }

        return new Rows(parts);

        void Add(string heading, IEnumerable<(string, string)>? pairs)
        {
            if (pairs?.ToList() is { Count: > 0 } rows)
            {
                parts.Add(Heading(heading));
                parts.Add(Tables.Pairs(rows));
            }
        }
    }

    public static Padder Heading(string text) => new(new Text(PlainText.Line(text), new Style(decoration: Decoration.Bold)), new Padding(0, 1, 0, 0));

    public static string Status(Manifest manifest) => manifest.Status.ToString().ToLowerInvariant();

    private static string Local(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Took(Manifest manifest) => manifest.Took is { } took ? Words.Duration(took) : "";

    /// <summary>What the run is judged by: the headline of the first evaluation that there is a result of, marked where it is doubtful.</summary>
    public static string Headline(Manifest manifest) => Headlines.Value.FirstOrDefault(headline => manifest.Results.ContainsKey(headline.Metric)) is { } found
        ? $"{found.Name} {RunDoubts.Marked(Words.Fixed(manifest.Results[found.Metric], 3), manifest, found.Metric)}"
        : "";
}
