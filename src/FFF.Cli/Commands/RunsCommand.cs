using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Runs;
using Spectre.Console;

namespace FFF.Cli.Commands;

/// <summary><c>fff runs list|show</c></summary>
internal static class RunsCommand
{
    public static Command Create() => new("runs", "Lists runs and shows what they hold.") { List(), Show() };

    private static ExampledCommand List()
    {
        var (runs, json) = (CommonOptions.Runs(), CommonOptions.Json());
        var command = new ExampledCommand("list", "Lists all runs, the newest first.", "fff runs list", "fff runs list --runs /scratch/runs --json") { runs, json };
        command.SetAction(parsed =>
        {
            var found = RunLocator.List(parsed.GetRequiredValue(runs));
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize([.. found.Select(Entry)], ResultJson.Default.IReadOnlyListRunEntry));
            }
            else if (found.Count == 0)
            {
                Console.Error.WriteLine($"'{Path.GetFullPath(parsed.GetRequiredValue(runs))}' holds no runs. Train one with 'fff train'.");
            }
            else
            {
                Screen.Out.Write(RunTables.List(found));
            }
        });
        return command;
    }

    private static ExampledCommand Show()
    {
        var run = new Argument<string>("RUN") { Description = "A path, NAME (its newest version), NAME/vNNNN, or latest." };
        var (runs, json) = (CommonOptions.Runs(), CommonOptions.Json());
        var command = new ExampledCommand("show", "Shows a run: how it stands, results, last metrics, configuration and files.", "fff runs show latest", "fff runs show two_moons/v0001 --json") { run, runs, json };
        command.SetAction(parsed =>
        {
            var folder = RunLocator.Find(parsed.GetRequiredValue(runs), parsed.GetRequiredValue(run));
            var manifest = Manifest.Read(folder.ManifestFile);
            var config = File.Exists(folder.ConfigFile) ? File.ReadAllText(folder.ConfigFile) : null;
            var metrics = LastMetrics(folder);
            if (parsed.GetValue(json))
            {
                using var document = JsonDocument.Parse(File.ReadAllText(folder.ManifestFile));
                var details = new RunDetails(Words.Name(folder), folder.Path, document.RootElement, config, metrics, Files(folder));
                Console.Out.WriteLine(JsonSerializer.Serialize(details, ResultJson.Default.RunDetails));
            }
            else
            {
                Screen.Out.Write(RunTables.Details(folder, manifest, config, metrics, Files(folder)));
            }
        });
        return command;
    }

    private static RunEntry Entry(RunSummary run) => new(
        Words.Name(run.Folder), run.Folder.Path, run.Manifest?.Status, run.Manifest?.Started, run.Manifest?.Ended,
        run.Manifest?.Epoch, run.Manifest?.Step, run.Manifest?.Results, run.Problem);

    /// <summary>The last value of each scalar that was logged; null where nothing was.</summary>
    private static Dictionary<string, double>? LastMetrics(RunFolder folder)
    {
        if (!File.Exists(folder.MetricsFile) || MetricsReader.Read(folder.MetricsFile) is not { Steps.Count: > 0 } metrics)
        {
            return null;
        }

        return metrics.Columns
            .Where(column => column.Value.Any(value => !double.IsNaN(value)))
            .Select(column => (column.Key, Value: column.Value.Last(value => !double.IsNaN(value))))
            .Prepend(("step", metrics.Steps[^1]))
            .ToDictionary(column => column.Item1, column => column.Item2);
    }

    private static IReadOnlyList<RunFile> Files(RunFolder folder) =>
        [.. new DirectoryInfo(folder.Path).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => !file.Name.StartsWith('.'))
            .Select(file => new RunFile(Path.GetRelativePath(folder.Path, file.FullName), file.Length))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];
}
