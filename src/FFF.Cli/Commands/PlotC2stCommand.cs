using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Evaluations.C2st;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff plot c2st</c></summary>
internal static class PlotC2stCommand
{
    private static readonly Argument<string[]> Chosen = new("RUN")
    {
        Description = "The runs: paths, names (their newest versions) or NAME/vNNNN; all in the folder of runs if left out.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string> Out = new("--out") { Description = "The picture, a PNG.", HelpName = "FILE", DefaultValueFactory = _ => "c2st.png" };
    private static readonly Option<string?> Table = new("--table") { Description = "Write the table to this file instead of printing it.", HelpName = "FILE" };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("c2st",
            "Draws the C2ST of evaluated runs over the number of simulations, a panel per task of the benchmark, beside the published results, "
                + "and prints a table in Markdown. Of several versions of a run the newest that has finished counts.",
            "fff plot c2st",
            "fff plot c2st --runs /scratch/runs --out figure.png --table results.md",
            "fff plot c2st two_moons slcp/v0003 --json")
        {
            Chosen, Runs, Out, Table, Json,
        };
        OutputFile.RequireEnding(Out, ".png");
        Chosen.Validators.Add(result => CommonOptions.RefuseOptions(result));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (picture, table) = (OutputFile.Check(parsed.GetRequiredValue(Out))!, OutputFile.Check(parsed.GetValue(Table)));
        var found = BenchmarkRuns.Read(Folders(parsed.GetRequiredValue(Runs), parsed.GetValue(Chosen) ?? []));
        foreach (var reason in found.LeftOut)
        {
            Console.Error.WriteLine(reason);
        }

        if (found.Runs.Count == 0)
        {
            throw new CommandException(ExitCode.Usage, "there are no finished runs on the benchmark's tasks with a C2ST. "
                + "Train one with 'fff train --config configs/sbi/two_moons.yaml', or name their folder with --runs.");
        }

        var scores = BenchmarkScore.Of(found.Runs);
        C2stPlot.Save(scores, picture);
        Console.Error.WriteLine($"The picture is in {Words.Place(Path.GetFullPath(picture))}");
        var markdown = BenchmarkMarkdown.Of(scores);
        if (table is not null)
        {
            AtomicFile.WriteText(table, markdown);
        }

        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize([.. scores.Select(Result)], ResultJson.Default.IReadOnlyListBenchmarkResult));
        }
        else if (table is null)
        {
            Console.Out.Write(markdown);
        }

        return ExitCode.Done;
    }

    private static IReadOnlyList<RunFolder> Folders(string runs, string[] chosen) => chosen.Length == 0
        ? [.. RunLocator.List(runs).Select(run => run.Folder)]
        : [.. chosen.Select(run => RunLocator.Find(runs, run)).Distinct()];

    private static BenchmarkResult Result(BenchmarkScore score) => new(
        score.Point.Task, score.Point.Method, score.Point.Simulations, score.Mean, score.Std, score.Published, score.Mean - score.Published, score.Nll,
        score.TrainingSeconds, score.C2stSeconds,
        [.. score.Observations.Select(observation => new ObservationResult(observation.Key, observation.Value))],
        [.. score.Runs.Select(run => new SeedResult(Words.Name(run.Folder), run.Seed, run.C2st.Mean))]);
}
