using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff runs prune</c></summary>
internal static class RunsPruneCommand
{
    public static Command Create()
    {
        var (runs, json, selection) = (CommonOptions.Runs(), CommonOptions.Json(), new RunSelectionOptions());
        var keep = CommonOptions.Number<int>("--keep-best", "Of the runs that the other options choose, the best N by --metric stay.", n => n > 0,
            "a whole number above 0");
        var metric = new Option<string?>("--metric")
        {
            Description = "By what --keep-best judges: a result, such as nll, or a column of metrics.csv, of which the last value counts. "
                + "Doubtful results rank last.",
            HelpName = "METRIC",
        };
        var maximize = new Option<bool>("--maximize") { Description = "The largest value is the best; the smallest if left out." };
        var yes = new Option<bool>("--yes") { Description = "Remove them; if left out, they are only listed." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only list them, which is what happens without --yes." };
        var command = new ExampledCommand("prune", "Removes runs by a rule, once --yes is given. Runs that are being trained stay; "
                + "those that were ended by force go with --status stopped only, and --keep-best leaves those without the metric.",
            "fff runs prune --status failed", "fff runs prune --name 'beta-*' --keep-best 3 --metric nll --yes",
            "fff runs prune --older-than 90d --status interrupted --yes")
        { runs, keep, metric, maximize, yes, dryRun, json };
        foreach (var option in selection.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            if (!selection.IsGiven(parsed) && parsed.GetValue(keep) is null)
            {
                throw new CommandException(ExitCode.Usage,
                    "name a rule: --keep-best N --metric METRIC, --older-than TIME, --status STATUS, --name NAME or --where KEY=VALUE.");
            }

            if (parsed.GetValue(keep) is not null != parsed.GetValue(metric) is not null)
            {
                throw new CommandException(ExitCode.Usage, "--keep-best and --metric go together.");
            }

            if (parsed.GetValue(yes) && parsed.GetValue(dryRun))
            {
                throw new CommandException(ExitCode.Usage, "give either --yes or --dry-run.");
            }

            var chosen = selection.Parse(parsed);
            var going = chosen.Of(TrainingFolders.Judged(RunLocator.List(parsed.GetRequiredValue(runs))));
            if (parsed.GetValue(keep) is { } count)
            {
                var name = parsed.GetRequiredValue(metric)!;
                (going, var unjudged) = RunPruning.AllButBest(going, count, name, parsed.GetValue(maximize));
                Tell(unjudged, $"without {name}");
            }

            // A run without a manifest may be about to start, and not every file system tells who is at work.
            Tell([.. going.Where(run => run.Manifest is { Status: RunStatus.Stopped } && !chosen.Statuses.Contains(RunStatus.Stopped))],
                "ended by force; --status stopped chooses such runs");
            going = [.. going.Where(run => run.Manifest is { } manifest && manifest.Status != RunStatus.Running
                && (manifest.Status != RunStatus.Stopped || chosen.Statuses.Contains(RunStatus.Stopped)))];
            var sizes = going.AsParallel().ToDictionary(run => run, run => RunPruning.Bytes(run.Folder));
            var bytes = sizes.Values.Sum();
            if (!parsed.GetValue(json) && going.Count > 0)
            {
                Screen.Out.Write(RunTables.List(going, [], []));
            }

            var remove = parsed.GetValue(yes);
            if (remove)
            {
                going = Failures.AtWork(() => Remove(going));
                bytes = going.Sum(run => sizes[run]);
                RunPruning.RemoveLeftovers(parsed.GetRequiredValue(runs));
            }

            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new PruneResult(remove, bytes, [.. going.Select(run => Words.Name(run.Folder))]),
                    ResultJson.Default.PruneResult));
            }

            var what = $"{Words.Count(going.Count)} {(going.Count == 1 ? "run" : "runs")}, {Words.Bytes(bytes)}";
            Console.Error.WriteLine(
                remove ? $"Removed {what}." : going.Count == 0 ? "No run would go." : $"Would remove {what}. Nothing was removed; --yes does it.");
        });
        return command;
    }

    /// <summary>Names runs that were chosen and stay.</summary>
    private static void Tell(IReadOnlyList<RunSummary> staying, string why)
    {
        if (staying.Count > 0)
        {
            Console.Error.WriteLine($"Stay, as they are {why}: {string.Join(", ", staying.Select(run => Words.Name(run.Folder)))}");
        }
    }

    /// <summary>Removes runs but those that a process is at, whose lock tells.</summary>
    /// <returns>Those that are gone.</returns>
    private static IReadOnlyList<RunSummary> Remove(IReadOnlyList<RunSummary> runs)
    {
        var removed = new List<RunSummary>();
        foreach (var run in runs)
        {
            try
            {
                RunPruning.Remove(run.Folder);
                removed.Add(run);
            }
            catch (RunException)
            {
                Tell([run], "being trained or evaluated");
            }
        }

        return removed;
    }
}
