using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Figures;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff runs compare</c></summary>
internal static class RunsCompareCommand
{
    public static Command Create()
    {
        var chosen = new Argument<string[]>("RUN")
        {
            Description = "Two runs or more: paths, NAME (its newest version), NAME/vNNNN, or latest.",
            Arity = new ArgumentArity(2, 1000),
        };
        chosen.CompletionSources.Add(Completions.Runs);
        chosen.Validators.Add(result => CommonOptions.RefuseOptions(result));
        var (runs, json) = (CommonOptions.Runs(), CommonOptions.Json());
        var plot = new Option<string?>("--plot")
        {
            Description = $"Draw the runs' curves into this PNG, of at most {ComparisonCurves.MaxRuns} runs.",
            HelpName = "FILE",
        };
        var command = new ExampledCommand("compare", "Shows in which settings runs differ, and their metrics side by side.",
            "fff runs compare beta-0000 beta-0003", "fff runs compare two_moons/v0001 two_moons/v0002 --plot curves.png",
            "fff runs compare beta-0000 beta-0001 --json")
        { chosen, runs, plot, json };
        command.SetAction(parsed =>
        {
            var folders = parsed.GetRequiredValue(chosen).Select(run => RunLocator.Find(parsed.GetRequiredValue(runs), run)).ToList();
            var picture = OutputFile.Check(parsed.GetValue(plot));
            if (picture is not null && folders.Count > ComparisonCurves.MaxRuns)
            {
                throw new CommandException(ExitCode.Usage,
                    $"--plot: the curves of at most {ComparisonCurves.MaxRuns} runs can be told apart, found {folders.Count} runs.");
            }

            var compared = Compare(folders);
            if (picture is not null)
            {
                ComparisonCurves.Save(folders, picture);
            }

            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new RunComparison(compared), ResultJson.Default.RunComparison));
            }
            else
            {
                Screen.Out.Write(RunComparisonTables.Of(compared));
            }
        });
        return command;
    }

    private static List<ComparedRun> Compare(IReadOnlyList<RunFolder> folders)
    {
        var configs = folders.Select(folder => ResolvedConfig.Read(folder.ConfigFile)).ToList();
        var keys = RunDifferences.Keys(configs);
        return [.. folders.Select((folder, i) =>
        {
            var manifest = TrainingFolders.Judged(folder, Manifest.Read(folder.ManifestFile));
            return new ComparedRun(
                Words.Name(folder), folder.Path, manifest.Status, keys.ToDictionary(key => key, key => configs[i].GetValueOrDefault(key)),
                RunMetrics.Of(new RunSummary(folder, manifest, null)), manifest.Doubts);
        })];
    }
}
