using System.CommandLine;
using System.CommandLine.Parsing;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Evaluations;
using FFF.Formats;
using FFF.Native;
using FFF.Options;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff eval-NAME</c>, for every evaluation that is registered.</summary>
internal sealed class EvaluationCommand
{
    private const string Answer = "Stopping; nothing will be written.";

    private readonly string _id;
    private readonly IEvaluation _standard;
    private readonly EvaluationOptions _options;
    private readonly IReadOnlyList<Option> _ofRuns;
    private readonly Option<string?> _run = CommonOptions.Run();
    private readonly Option<string> _runs = CommonOptions.Runs();
    private readonly Option<string> _checkpoint = CommonOptions.Checkpoint();
    private readonly Option<long?> _seed;
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<string?> _samples = new("--samples") { HelpName = "FILE" };
    private readonly Option<string?> _reference = new("--reference") { HelpName = "FILE" };
    private readonly Option<string?> _out;
    private readonly Option<bool> _accept = CommonOptions.AcceptChangedData("Evaluates the run");
    private readonly Option<bool> _json = CommonOptions.Json();

    private EvaluationCommand(KindAttribute kind)
    {
        _id = kind.Name;
        _options = new(kind.Kind);
        _standard = (IEvaluation)Activator.CreateInstance(kind.Kind)!;
        _seed = CommonOptions.Seed($"The seed of {_standard.SeedOf}; the run's own if left out{(Files?.Seed is { } seed ? $", {seed} for files" : "")}.");
        _out = CommonOptions.Out(
            $"Write the result to this file instead of the run's eval/{_id}.json{(_standard.HasFigures ? ", and what is drawn beside it" : "")}.");
        _ofRuns = [_runs, _checkpoint, _accept, .. _options.All];
    }

    private FileInput? Files => (_standard as IFileEvaluation)?.Files;

    /// <summary>
    /// The commands, in the order of the evaluations. Only those that are named have options, which take a while to be read from the records.
    /// </summary>
    /// <param name="args">The command line.</param>
    public static IEnumerable<Command> CreateAll(string[] args)
    {
        foreach (var kind in Kinds.Of(typeof(EvaluationConfig)))
        {
            var name = $"eval-{kind.Name}";

            // A shell that asks for completions passes the whole line as one word. The reference is of all commands.
            yield return args.Any(word => word.Contains(name, StringComparison.Ordinal)) || args is [ReferenceCommand.Name, ..]
                ? new EvaluationCommand(kind).Create(name)
                : new Command(name, ((IEvaluation)Activator.CreateInstance(kind.Kind)!).Summary);
        }
    }

    private ExampledCommand Create(string name)
    {
        var command = new ExampledCommand(name, _standard.Summary,
            [.. _standard.Examples.Select(example => $"fff {name} {example}".TrimEnd())]) { _run, _runs, _checkpoint };
        command.Describe = _options.Describe;
        foreach (var option in (IEnumerable<Option>)[.. _options.All, .. _standard.SeedOf is null ? [] : (Option[])[_seed], _device])
        {
            command.Add(option);
        }

        if (Files is { } files)
        {
            (_samples.Description, _reference.Description) = (files.Samples, files.Reference);
            command.Add(_samples);
            command.Add(_reference);
            command.Validators.Add(result => CheckFiles(result, files));
        }

        command.Add(_accept);
        command.Add(_out);
        command.Add(_json);
        command.Validators.Add(_options.Check);
        command.SetAction(parsed => Files is not null && parsed.GetValue(_samples) is { } samples
            ? DatasetOffer.With(() => EvaluateFiles(parsed, samples))
            : RunChoice.Use(parsed, _run, _runs, _standard.Runs, choice => DatasetOffer.With(() => EvaluateRun(parsed, choice))));
        return command;
    }

    private int EvaluateRun(ParseResult parsed, RunChoice choice)
    {
        var file = OutputFile.Check(parsed.GetValue(_out));
        if (file is null)
        {
            RunPresence.Require(choice.Folder);
            foreach (var folder in (IEnumerable<string>)[choice.Folder.Path, choice.Folder.EvaluationFolder,
                .. _standard.HasFigures ? [choice.Folder.PlotFolder] : Array.Empty<string>()])
            {
                OutputFile.RequireWritable(folder, "--out FILE writes the result elsewhere.");
            }
        }

        Libtorch.Load();
        var checkpoint = parsed.GetRequiredValue(_checkpoint);
        using var run = LoadedRun.Load(choice.Folder, checkpoint, DeviceChoices.Request(parsed.GetRequiredValue(_device)));
        using var interruption = new Interruption(Answer);
        var view = new EvaluationView();
        var work = new EvaluationWork { Progress = view, Warn = Screen.Warn, Stop = interruption.Token };
        var evaluated = new EvaluatedRun(run)
        {
            Seed = _standard.SeedOf is not null && parsed.GetValue(_seed) is { } seed ? seed : run.Experiment.Seed,
            AcceptsChangedData = parsed.GetValue(_accept),
        };
        using var plan = Interruption.Stoppable(() => view.Show(() => _options.Bind(parsed).Prepare(evaluated, work)));
        choice.Tell(run, plan.Words);
        var result = Compute(plan, view, interruption.Token);
        var figures = EvaluationFiles.Keep(choice.Folder, _id, result, checkpoint, file, evaluated.ChangedData);
        Array.ForEach([.. result.Doubts], Screen.Warn);
        if (file is null && (result.Part is not null || evaluated.ChangedData is not null))
        {
            var what = result.Part is null || result.IsOfOtherData ? "other data" : "less";
            Console.Error.WriteLine($"It is of {what} than the run's own evaluation is, whose result stays; "
                + $"this one is beside it in {Words.Place(choice.Folder.EvaluationFolder)}.");
        }

        Show(parsed, result, figures);
        return ExitCode.Done;
    }

    private long? Seed(ParseResult parsed) => Files!.Seed is { } standard ? parsed.GetValue(_seed) ?? standard : null;

    private int EvaluateFiles(ParseResult parsed, string samples)
    {
        var file = OutputFile.Check(parsed.GetValue(_out));
        var work = new EvaluationWork { Warn = Screen.Warn };
        if (Files!.Seed is not null)
        {
            Libtorch.Load();
            work = work with { Device = DeviceChoices.ForManySmallOperations(parsed.GetRequiredValue(_device)) };
        }

        using var interruption = new Interruption(Answer);
        var view = new EvaluationView();
        work = work with { Progress = view, Stop = interruption.Token };
        using var plan = ((IFileEvaluation)_options.Bind(parsed)).Prepare(samples, parsed.GetValue(_reference), Seed(parsed), work);
        var result = Compute(plan, view, interruption.Token, isInput: true);
        if (file is not null)
        {
            AtomicFile.WriteText(file, result.Json + "\n");
        }

        Show(parsed, result, []);
        return ExitCode.Done;
    }

    /// <param name="plan">What is computed.</param>
    /// <param name="view">Shows how it goes.</param>
    /// <param name="stop">Asks it to stop: nothing is written then.</param>
    /// <param name="isInput">Whether what fails is still the input's fault: files are judged while they are worked on.</param>
    private static EvaluationResult Compute(EvaluationPlan plan, EvaluationView view, CancellationToken stop, bool isInput = false) =>
        Interruption.Stoppable(() =>
        {
            var result = isInput ? view.Show(plan.Run) : Failures.AtWork(() => view.Show(plan.Run));
            stop.ThrowIfCancellationRequested();
            return result;
        });

    private void Show(ParseResult parsed, EvaluationResult result, IReadOnlyList<string> figures)
    {
        if (parsed.GetValue(_json))
        {
            Console.Out.WriteLine(result.Json);
            return;
        }

        Screen.Out.Write(Tables.Of(result.Table));
        foreach (var figure in figures)
        {
            Console.Out.WriteLine(Words.Place(figure));
        }
    }

    /// <summary>A run or files, and no option that is only for the other.</summary>
    private void CheckFiles(CommandResult result, FileInput files)
    {
        bool Given(Option option) => result.GetResult(option) is { Implicit: false };
        var isWhole = !files.ReferenceIsNeeded || Given(_samples) == Given(_reference);
        if (!isWhole || (Given(_run) && Given(_samples)))
        {
            result.AddError(files.ReferenceIsNeeded
                ? "give either a run (--run RUN, or the newest that fits), or both --samples FILE and --reference FILE."
                : "give either --run RUN or --samples FILE.");
            return;
        }

        IEnumerable<Option> unfitting = Given(_samples) ? [.. _ofRuns, .. files.Seed is not null ? [] : (Option[])[_seed, _device]] : [_reference];
        foreach (var option in unfitting.Where(Given))
        {
            result.AddError($"leave out {option.Name}, which is only for {(Given(_samples) ? "runs" : "--samples")}.");
        }
    }
}
