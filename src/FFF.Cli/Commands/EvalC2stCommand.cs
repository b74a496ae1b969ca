using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Evaluation;
using FFF.Experiments;
using FFF.Formats;
using FFF.Native;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff eval-c2st</c></summary>
internal static class EvalC2stCommand
{
    private const string Answer = "Stopping; nothing will be written.";

    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<IReadOnlyList<int>> Observations = CommonOptions.Observations();
    private static readonly Option<string?> Samples = new("--samples") { Description = "Instead of a run: samples to be tested, .npy or .csv.", HelpName = "FILE" };
    private static readonly Option<string?> Reference = new("--reference") { Description = "What they are tested against, .npy or .csv.", HelpName = "FILE" };
    private static readonly Option<long?> Seed = CommonOptions.Seed("The seed of samples and classifiers; the run's own if left out, 1 for files.");
    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Option<string?> Out = CommonOptions.Out("Write the result to this file instead of the run's eval folder.");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("eval-c2st", "Classifier two-sample test: of a run's posteriors against the benchmark's, or of two files. 0.5: no difference found; 1: fully told apart.",
            "fff eval-c2st",
            "fff eval-c2st --run two_moons",
            "fff eval-c2st --run two_moons/v0002 --observations 1,3,5-7 --json",
            "fff eval-c2st --samples mine.npy --reference theirs.csv")
        {
            Run, Runs, Observations, Samples, Reference, Seed, Device, Out, Json,
        };
        command.Validators.Add(result =>
        {
            var (isRun, files) = (result.GetResult(Run) is not null, new Option[] { Samples, Reference }.Count(file => result.GetResult(file) is not null));
            if ((isRun && files > 0) || files == 1)
            {
                result.AddError("give either a run (--run RUN, or the newest that fits), or both --samples FILE and --reference FILE.");
            }
        });
        command.SetAction(parsed => parsed.GetValue(Samples) is null ? RunChoice.Use(parsed, Run, Runs, RunKind.Benchmark, choice => EvaluateRun(parsed, choice)) : EvaluateFiles(parsed));
        return command;
    }

    /// <summary>Tests a run's posteriors, and keeps the result.</summary>
    /// <param name="run">The run, of a benchmark task.</param>
    /// <param name="observations">Which observations.</param>
    /// <param name="seed">Of samples and classifiers.</param>
    /// <param name="file">Where the result goes; into the run's folder and manifest if null.</param>
    /// <param name="stop">Asks the test to stop, with an <see cref="OperationCanceledException"/>.</param>
    public static C2stReport Evaluate(LoadedRun run, IReadOnlyList<int> observations, long seed, string? file, CancellationToken stop)
    {
        var task = SbiTasks.Get(((SbiData)run.Experiment.Data).Task);
        var view = new ClassifierView(stop);
        var report = view.Show(() => Failures.InMemory(
            run, $"the tests of {observations.Count} observations", "name fewer by --observations", () => Evaluations.C2stOf(run.Flow, task, observations, seed, view)));
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

    private static int EvaluateRun(ParseResult parsed, RunChoice choice)
    {
        var folder = choice.Folder;
        var observations = parsed.GetRequiredValue(Observations);
        var file = OutputFile.Check(parsed.GetValue(Out)) ?? PartFile(folder, observations);
        Libtorch.Load();
        using var run = LoadedRun.Load(folder, "best", DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        if (run.Experiment.Data is not SbiData)
        {
            throw new CommandException(ExitCode.Usage, $"the run {Words.Name(folder)} was not trained on a benchmark task, so there are no reference posteriors. Draw samples and compare them with your own by --samples and --reference.");
        }

        choice.Tell(run, $"{Words.Observations(observations)}, {Words.Count(ReferenceData.PosteriorCount)} samples each");
        using var interruption = new Interruption(Answer);
        var report = Interruption.Stoppable(() => Failures.AtWork(() => Evaluate(
            run, observations, parsed.GetValue(Seed) ?? run.Experiment.Seed, file, interruption.Token)));
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

    /// <summary>A part of the benchmark's observations must not pass for the run's result; null for all of them.</summary>
    private static string? PartFile(RunFolder folder, IReadOnlyList<int> observations) => observations.Count == ObservationList.Count
        ? null
        : Path.Combine(RunFolders.Ensure(folder, folder.EvaluationFolder), $"c2st.observations-{string.Join('-', observations)}.json");

    private static int EvaluateFiles(ParseResult parsed)
    {
        var file = OutputFile.Check(parsed.GetValue(Out));
        Libtorch.Load();
        var device = DeviceChoices.ForManySmallOperations(parsed.GetRequiredValue(Device));
        using var samples = MatrixFile.Read(parsed.GetValue(Samples)!);
        using var reference = MatrixFile.Read(parsed.GetValue(Reference)!);
        using var interruption = new Interruption(Answer);
        var view = new ClassifierView(interruption.Token);
        var clock = Stopwatch.StartNew();
        var options = new C2stOptions { Seed = parsed.GetValue(Seed) ?? new C2stOptions().Seed, Device = device };
        var score = Interruption.Stoppable(() => view.Show(() => C2st.Run([(samples, reference)], options, view)))[0];
        var result = new FileC2st(score.Accuracy, score.Std, clock.Elapsed.TotalSeconds, score.Folds, samples.shape[0], reference.shape[0]);
        var json = JsonSerializer.Serialize(result, ResultJson.Default.FileC2st);
        if (file is not null)
        {
            AtomicFile.WriteText(file, json + "\n");
        }

        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(json);
        }
        else
        {
            Screen.Out.Write(ResultTables.Of(result));
        }

        return ExitCode.Done;
    }
}
