using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Datasets;
using FFF.Experiments;
using FFF.Formats;
using FFF.Native;

namespace FFF.Cli.Commands;

/// <summary><c>fff eval-nll</c></summary>
internal static class EvalNllCommand
{
    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<int?> Samples = CommonOptions.Number<int>("--samples", "At most so many samples; all if left out.", n => n > 0, "a whole number above 0");
    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Option<string?> Out = CommonOptions.Out("Write the result to this file instead of the run's eval/nll.json.");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("eval-nll", "Exact negative log-likelihood (for molecules the evidence bound) and reconstruction error on test (or else validation) data.",
            "fff eval-nll",
            "fff eval-nll --run two_moons",
            "fff eval-nll --run latest --samples 1000 --json")
        {
            Run, Runs, Samples, Device, Out, Json,
        };
        command.SetAction(parsed => RunChoice.Use(parsed, Run, Runs, RunKind.Any, choice => Evaluate(parsed, choice)));
        return command;
    }

    /// <summary>Evaluates a run and keeps the result.</summary>
    /// <param name="run">The run.</param>
    /// <param name="dataset">The data set that it was trained on.</param>
    /// <param name="most">At most so many samples; all if null.</param>
    /// <param name="file">Where the result goes; into the run's folder and manifest if null.</param>
    public static NllReport Evaluate(LoadedRun run, Dataset dataset, int? most, string? file)
    {
        var report = Failures.InMemory(run, "the likelihoods of the data that were held out", "take fewer by --samples, at the end of training by samples of the evaluation nll", () => Evaluations.Nll(run.Flow, dataset, most));
        if (file is null)
        {
            EvaluationFiles.Save(run.Folder, report);
        }
        else
        {
            AtomicFile.WriteText(file, EvaluationFiles.Json(report) + "\n");
        }

        return report;
    }

    private static int Evaluate(ParseResult parsed, RunChoice choice)
    {
        var folder = choice.Folder;
        var file = OutputFile.Check(parsed.GetValue(Out));
        Libtorch.Load();
        using var run = LoadedRun.Load(folder, "best", DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        var dataset = DatasetOffer.With(() => DatasetFactory.Create(run.Experiment.Data, run.Experiment.Seed, Screen.Warn, new SamplingView("data")));
        var most = parsed.GetValue(Samples);
        var (split, count) = dataset.Test is { } test ? ("test", test.Count) : ("validation", dataset.Validation.Count);
        choice.Tell(run, $"{Words.Count(Math.Min(count, most ?? count))} {split} samples");
        var report = Failures.AtWork(() => Evaluate(run, dataset, most, file));
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(EvaluationFiles.Json(report));
        }
        else
        {
            Screen.Out.Write(ResultTables.Of(report));
        }

        return ExitCode.Done;
    }
}
