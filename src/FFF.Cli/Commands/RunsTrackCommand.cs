using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Runs;
using FFF.Tracking;

namespace FFF.Cli.Commands;

/// <summary><c>fff runs track</c></summary>
internal static class RunsTrackCommand
{
    public static Command Create()
    {
        var chosen = new Argument<string[]>("RUN")
        {
            Description = "The runs: paths, NAME (its newest version), NAME/vNNNN, or latest; all in the folder of runs if left out.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        chosen.CompletionSources.Add(Completions.Runs);
        chosen.Validators.Add(result => CommonOptions.RefuseOptions(result));
        var (runs, to) = (CommonOptions.Runs(), TrackingOption.Create("--to", "Where: "));
        var command = new ExampledCommand("track",
            "Tells a tracking server of MLflow, or a folder that mlflow ui shows, what it does not know yet of runs: settings, metrics, results and status. "
                + "'fff train --tracking' does so while a run is trained.",
            "fff runs track latest", "fff runs track --to http://localhost:5000", "fff runs track two_moons/v0003 --to mlruns")
        { chosen, runs, to };
        command.SetAction(parsed =>
        {
            var place = TrackingOption.Resolve(parsed.GetValue(to) ?? TrackingPlace.Mlflow);
            var root = parsed.GetRequiredValue(runs);
            var folders = parsed.GetValue(chosen) is { Length: > 0 } names
                ? [.. names.Select(name => RunLocator.Find(root, name))]
                : RunLocator.List(root).Select(run => run.Folder).ToList();
            if (folders.Count == 0)
            {
                throw new CommandException(ExitCode.Usage, $"there are no runs in '{root}'. Name their folder with --runs.");
            }

            var store = TrackingPlace.Open(place, Environment.GetEnvironmentVariable);
            using var closing = store as IDisposable;
            foreach (var folder in folders.Where(folder => File.Exists(folder.ManifestFile)))
            {
                var sent = RunTracking.Send(folder, place, store, TrackingPlace.Experiment(Environment.GetEnvironmentVariable));
                Console.Out.WriteLine($"{Words.Name(folder)}: {(sent == 0 ? "nothing new" : $"{Words.Count(sent)} numbers")}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
