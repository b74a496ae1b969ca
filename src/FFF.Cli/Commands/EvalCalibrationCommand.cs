using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Evaluation.Calibration;
using FFF.Experiments;
using FFF.Formats;
using FFF.Native;
using FFF.Plots;

namespace FFF.Cli.Commands;

/// <summary><c>fff eval-calibration</c></summary>
internal static class EvalCalibrationCommand
{
    private const int Default = 1000;
    private const int Most = 100_000;
    private const int FewestSamples = 20;

    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<int?> Simulations = Count(
        "--simulations", "How many pairs of true parameters and data: simulated afresh for a benchmark task, else at most so many of the pairs that were held out.", RankStatistics.FewestSimulations);

    private static readonly Option<int?> Samples = Count("--posterior-samples", "Samples of the posterior of each.", FewestSamples);
    private static readonly Option<long?> Seed = CommonOptions.Seed("The seed of simulations and samples; the run's own if left out. The simulations are others than those of training in any case.");
    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Option<string?> Out = CommonOptions.Out("Write the result to this file instead of the run's eval/calibration.json, and the pictures beside it.");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("eval-calibration", "Simulation-based calibration and expected coverage: whether the posteriors are as wide as they should be. Draws plots/calibration_ranks.png and plots/coverage.png.",
            "fff eval-calibration",
            "fff eval-calibration --run two_moons",
            "fff eval-calibration --run latest --simulations 300 --posterior-samples 300 --json",
            "fff eval-calibration --run two_moons --seed 7 --out again.json")
        {
            Run, Runs, Simulations, Samples, Seed, Device, Out, Json,
        };
        command.SetAction(parsed => RunChoice.Use(parsed, Run, Runs, RunKind.Conditional, choice => Evaluate(parsed, choice)));
        return command;
    }

    private static int Evaluate(ParseResult parsed, RunChoice choice)
    {
        var folder = choice.Folder;
        var file = OutputFile.Check(parsed.GetValue(Out));
        Libtorch.Load();
        using var run = LoadedRun.Load(folder, "best", DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        var seed = parsed.GetValue(Seed) ?? run.Experiment.Seed;
        using var pairs = CalibrationPairs.Of(run.Experiment, parsed.GetValue(Simulations) ?? Default, seed);
        var samples = parsed.GetValue(Samples) ?? Default;
        choice.Tell(run, $"{Words.Count(pairs.Count)} pairs ({pairs.Source}), {Words.Count(samples)} posterior samples each");
        using var interruption = new Interruption("Stopping; nothing will be written.");
        var view = new CalibrationView(interruption.Token);
        var report = Interruption.Stoppable(() => Failures.AtWork(() => view.Show(() => Failures.InMemory(run, "the posteriors' samples", "lower --posterior-samples or --simulations", () => PosteriorCalibration.Of(
            run.Flow, pairs, run.Columns, DataName(run.Experiment.Data), samples, seed, view)))));
        if (file is null)
        {
            EvaluationFiles.Save(folder, report);
        }
        else
        {
            AtomicFile.WriteText(file, EvaluationFiles.Json(report) + "\n");
        }

        string[] pictures = file is null
            ? [Path.Combine(RunFolders.Ensure(folder, folder.PlotFolder), "calibration_ranks.png"), Path.Combine(folder.PlotFolder, "coverage.png")]
            : [Path.ChangeExtension(file, ".ranks.png"), Path.ChangeExtension(file, ".coverage.png")];
        RankPlot.Save(report, $"{Words.Name(folder)}: ranks", pictures[0]);
        CoveragePlot.Save(report, $"{Words.Name(folder)}: expected coverage", pictures[1]);
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(EvaluationFiles.Json(report));
        }
        else
        {
            Screen.Out.Write(CalibrationTables.Of(report));
            foreach (var picture in pictures)
            {
                Console.Out.WriteLine(Words.Place(picture));
            }
        }

        return ExitCode.Done;
    }

    private static string DataName(DataConfig data) => data switch
    {
        SbiData sbi => sbi.Task,
        TableData table => table.Path,
        ToyData toy => $"toy data {toy.Distribution}",
        _ => throw new InvalidOperationException($"Unknown kind of data: {data.GetType()}"),
    };

    private static Option<int?> Count(string name, string description, int fewest) =>
        CommonOptions.Number<int>(name, $"{description} {Default} if left out.", n => n >= fewest && n <= Most, $"a whole number from {fewest} to {Most}");
}
