using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Formats;
using FFF.Native;
using FFF.Plots;
using FFF.Runs;
using FFF.Sampling;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff plot posterior</c></summary>
internal static class PlotPosteriorCommand
{
    private const long DefaultCount = 2000;

    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<int?> Observation = CommonOptions.Number<int>("--observation",
        "An observation of the benchmark task, 1 to 10, with its reference posterior and true parameters; the first, if neither this nor --condition is given.",
        n => n is >= 1 and <= ObservationList.Count, "a whole number from 1 to 10");
    private static readonly Option<string?> Condition = new("--condition")
    {
        Description = "Or what the posterior is conditioned on: numbers such as 0.1,-0.2, or by name such as a=0.1,b=-0.2; "
            + "or a .npy or .csv file with one row.",
        HelpName = "FILE|NUMBERS",
    };

    private static readonly Option<long?> Count = CommonOptions.Number<long>("-n", $"How many samples; {DefaultCount} if left out.", n => n > 0,
        "a whole number above 0");
    private static readonly Option<string?> Samples = new("--samples")
    {
        Description = "Samples that were drawn before, .npy or .csv, in place of drawing some.",
        HelpName = "FILE",
    };
    private static readonly Option<string[]> Beside = new("--beside")
    {
        Description = "Samples that are drawn beside, such as those of another method: FILE, or NAME=FILE for what the picture calls them; may be given again.",
        HelpName = "[NAME=]FILE",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<int?> Row = SampleSides.Row();
    private static readonly Option<string?> Truth = CommonOptions.Truth();
    private static readonly Option<long?> Seed = CommonOptions.Seed("The seed; the run's own if left out.");
    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Option<string?> Out = CommonOptions.Out("Where the picture goes, a .png. Into the run's plots folder if left out.");

    public static Command Create()
    {
        var command = new ExampledCommand("posterior",
            "Draws a pair plot of posterior samples within the prior's limits, of a benchmark's observation beside its reference posterior.",
            "fff plot posterior",
            "fff plot posterior --run two_moons --observation 3",
            "fff plot posterior --run two_moons --condition 0.1,-0.2 -n 5000 --out posterior.png",
            "fff plot posterior --run two_moons --observation 3 --samples theta.npy",
            "fff plot posterior --run two_moons --condition 0.1,-0.2 --truth 0.3,0.1 --beside spline=spline.npy")
        {
            Run, Runs, Observation, Condition, Count, Samples, Beside, Row, Truth, Seed, Device, Out,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(Condition) is not null && result.GetResult(Observation) is not null)
            {
                result.AddError("give either --observation or --condition.");
            }

            if (result.GetResult(Samples) is not null && (result.GetResult(Count) is not null || result.GetResult(Seed) is not null))
            {
                result.AddError("--samples are drawn already: leave out -n and --seed.");
            }

            if (result.GetResult(Row) is not null && result.GetResult(Samples) is null && result.GetResult(Beside) is null)
            {
                result.AddError("leave out --row, which is only for --samples and --beside.");
            }
        });
        OutputFile.RequireEnding(Out, ".png");
        command.SetAction(parsed => RunChoice.Use(
            parsed, Run, Runs, parsed.GetValue(Condition) is null ? RunKind.Benchmark : RunKind.ConditionalRows, choice => Draw(parsed, choice)));
        return command;
    }

    private static int Draw(ParseResult parsed, RunChoice choice)
    {
        var folder = choice.Folder;
        var file = OutputFile.CheckOrWithin(parsed.GetValue(Out), folder.PlotFolder);
        Libtorch.Load();
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Load(folder, "best", DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        var task = run.Experiment.Data.Benchmark is { } benchmark ? SbiTasks.Get(benchmark.Name) : null;
        var isOpen = parsed.GetValue(Observation) is null && parsed.GetValue(Condition) is null;
        var observation = isOpen ? ObservationChoice.For(run, "fff plot posterior") : parsed.GetValue(Observation);
        if (observation is not null && task is null)
        {
            throw new CommandException(ExitCode.Usage,
                $"the run {Words.Name(folder)} was not trained on a benchmark task, so it has no observations. Use --condition.");
        }

        if (run.Flow.ConditionDimension == 0 || run.Flow.Space is MoleculeSpace)
        {
            throw new CommandException(ExitCode.Usage, run.Flow.ConditionDimension == 0
                ? $"the run {Words.Name(folder)} has no conditions, so it has no posterior."
                : $"the run {Words.Name(folder)} was trained on molecules, which are no rows of numbers. Draw some by 'fff sample'.");
        }

        var condition = observation is { } number
            ? ReferenceData.Observation(task!, number)
            : ConditionText.ReadOne(parsed.GetValue(Condition)!, run, "one picture shows the posterior of one condition");
        var drawn = parsed.GetValue(Samples) is { } before ? Drawn(before, run) : null;
        var opened = (parsed.GetValue(Beside) ?? []).Select(SampleSides.Open).ToList();
        var files = SampleSides.OfRow([.. drawn is null ? [] : (MatrixFile[])[drawn], .. opened.Select(side => side.File)], parsed.GetValue(Row), run.Columns);
        var beside = opened.Zip(files.Skip(files.Count - opened.Count), (side, file) => (side.Name, file.Rows(run.Columns, Whose(run)))).ToList();
        var samples = drawn is null ? Draw(parsed, run, condition, observation) : files[0].Rows(run.Columns, Whose(run));
        choice.Tell(run, Words.Samples(samples.shape[0], observation), isOpen);
        var (given, name) = observation is { } k
            ? ($"observation {k}", $"observation-{k}")
            : ($"condition {Path.GetFileName(parsed.GetValue(Condition))}", RunConditions.NameOf(parsed.GetValue(Condition)!));
        var path = file ?? Path.Combine(RunFolders.Ensure(folder, folder.PlotFolder), $"posterior_{name}.png");
        var names = task is null ? run.Columns : ParameterNames.Of(task);
        (string, Tensor)[] sides =
        [
            (run.Experiment.Method.Label, samples),
            .. beside,
            .. observation is { } o ? [(PosteriorPlot.Reference, ReferenceData.Posterior(task!, o))] : Array.Empty<(string, Tensor)>(),
        ];
        SampleSides.RequireFew(sides.Length);
        var truth = parsed.GetValue(Truth) is { } known ? SampleSides.Truth(known, run.Columns, Whose(run))
            : observation is { } t ? ReferenceData.TrueParameters(task!, t).to(float64).contiguous().data<double>().ToArray()
            : null;
        PosteriorPlot.SavePairs(
            sides, new PairMarks(truth, RunLimits.Of(run)), names,
            $"{Words.Name(folder)}: posterior{(task is null ? "" : $" of {task.Name}")}, {given}",
            path, PairStyle.Dots);
        Console.Out.WriteLine(Words.Place(path));
        return ExitCode.Done;
    }

    private static Tensor Draw(ParseResult parsed, LoadedRun run, Tensor condition, int? observation)
    {
        try
        {
            var samples = Failures.InMemory(run, "the posterior's samples", "lower -n", () => new RunSampler(run).Draw(new SampleRequest
            {
                Count = parsed.GetValue(Count) ?? DefaultCount,
                Condition = condition,
                Seed = parsed.GetValue(Seed) ?? run.Experiment.Seed,
                Stream = observation ?? 0,
            }));
            RunWarnings.OfNotFinite(samples);
            return samples.Values;
        }
        catch (DatasetException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message, e);
        }
    }

    private static string Whose(LoadedRun run) => $"the columns of the run {Words.Name(run.Folder)}";

    private static MatrixFile Drawn(string file, LoadedRun run)
    {
        var samples = MatrixFile.Read(file);
        var columns = samples.Values.dim() == 1 ? 1 : samples.Values.shape[1];
        return columns == run.Flow.Dimension || samples.Columns is not null
            ? samples
            : throw new CommandException(ExitCode.Usage,
                $"{file}: has {columns} columns, but a sample of the run {Words.Name(run.Folder)} has {run.Flow.Dimension} dimensions.");
    }
}
