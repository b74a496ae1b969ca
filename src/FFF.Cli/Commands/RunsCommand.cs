using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff runs list|show|compare|track|prune</c></summary>
internal static class RunsCommand
{
    public static Command Create() =>
        new("runs", "Lists, shows, compares, tracks and removes runs.")
        {
            RunsListCommand.Create(), Show(), RunsCompareCommand.Create(), RunsTrackCommand.Create(), RunsPruneCommand.Create(),
        };

    private static ExampledCommand Show()
    {
        var run = new Argument<string>("RUN") { Description = "A path, NAME (its newest version), NAME/vNNNN, or latest." };
        run.CompletionSources.Add(Completions.Runs);
        var (runs, json) = (CommonOptions.Runs(), CommonOptions.Json());
        var command = new ExampledCommand("show", "Shows a run: how it stands, results, last metrics, configuration and files.", "fff runs show latest",
            "fff runs show two_moons/v0001 --json") { run, runs, json };
        command.SetAction(parsed =>
        {
            var folder = RunLocator.Find(parsed.GetRequiredValue(runs), parsed.GetRequiredValue(run));
            var manifest = TrainingFolders.Judged(folder, Manifest.Read(folder.ManifestFile));
            var config = File.Exists(folder.ConfigFile) ? InputFile.ReadText(folder.ConfigFile) : null;
            var metrics = RunMetrics.Scalars(new(folder, manifest, null));
            if (parsed.GetValue(json))
            {
                // The file's own text, with all that is in it; how the run stands is for the lock to say.
                var written = JsonNode.Parse(InputFile.ReadText(folder.ManifestFile))!;
                written["status"] = RunTables.Status(manifest);
                using var document = JsonDocument.Parse(written.ToJsonString());
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

    private static IReadOnlyList<RunFile> Files(RunFolder folder) =>
        [.. RunFolders.Files(folder)
            .Where(file => !file.Name.StartsWith('.'))
            .Select(file => new RunFile(Path.GetRelativePath(folder.Path, file.FullName), file.Length))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];
}
