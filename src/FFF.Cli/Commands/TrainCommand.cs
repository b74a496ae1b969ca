using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Ranks;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Devices;
using FFF.Distributed;
using FFF.Experiments;
using FFF.Formats;
using FFF.Native;
using FFF.Options;
using FFF.Runs;
using FFF.Sweeps;

namespace FFF.Cli.Commands;

/// <summary><c>fff train</c></summary>
internal static class TrainCommand
{
    /// <summary>The command's name.</summary>
    public const string NameOfCommand = "train";

    private const string Auto = "auto";
    private const string Epochs = "training.epochs";
    private const string Training = "training.";

    private static readonly Option<string[]> Config = CommonOptions.Config(required: false);
    private static readonly Argument<string[]> Overrides = CommonOptions.Overrides();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string?> Name = new("--name") { Description = "The run's name; the same as name=NAME.", HelpName = "NAME" };
    private static readonly Option<string?> Resume = new("--resume")
    {
        Description = "Goes on with a run that has not finished; with training.epochs=N to more epochs, also one that has. auto: "
            + "with the newest one of the same configuration, or else starts one.",
        HelpName = "RUN|auto",
    };

    private static readonly Option<string?> From = new("--from")
    {
        Description = "Begins a new run with the weights of this one, its configuration unless --config gives another, and what key.path=value changes, "
            + "such as more epochs, more simulations or another learning rate.",
        HelpName = "RUN",
    };

    private static readonly Option<string?> Trial = new("--trial")
    {
        Description = "Trains trial N of a sweep, given by its name or folder, in place of --config. With --resume auto, one that is done stays as it is.",
        HelpName = "SWEEP:N",
    };

    private static readonly Option<string?> Device = new("--device")
    {
        Description = $"{CommonOptions.Devices}; the same as training.device=DEVICE. With --resume RUN, where it goes on.",
        HelpName = "DEVICE",
    };
    private static readonly Option<long?> Seed = CommonOptions.Seed("The seed of all random numbers; the same as seed=N.");
    private static readonly Option<bool> Accept = CommonOptions.AcceptChangedData("With --resume or --trial: goes on with the run");
    private static readonly Option<int?> Processes = CommonOptions.Number<int>("--processes",
        "Trains with N processes on this machine, which share each batch and the cores, or each take a CUDA device. On several machines torchrun or srun "
        + "starts the program.", n => n is > 0 and <= RankPlace.MaxSize, $"a whole number from 1 to {RankPlace.MaxSize}");

    private static readonly Option<string?> Tracking = TrackingOption.Create("--tracking",
        "Tells MLflow of the run while it goes on: settings, metrics, results, status. A server that is away stops nothing; FFF_TRACKING names the place "
            + "for the trials of sweeps, too. ");

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Checks everything, shows what would be trained, and makes no run." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand(NameOfCommand, "Trains a flow into a new run folder, then runs the evaluations that the experiment names.",
            "fff train --config sbi/two_moons",
            "fff train --config configs/sbi/two_moons.yaml",
            "fff train --config configs/sbi/two_moons.yaml training.epochs=50 objective.beta=100 --name quick",
            "fff train --config base.yaml --config mine.yaml --dry-run",
            "generate | fff train --config -",
            "fff train --config configs/sbi/two_moons.yaml --resume auto",
            "fff train --resume two_moons/v0003",
            "fff train --resume two_moons/v0003 training.epochs=400",
            "fff train --from two_moons data.simulations=20000 training.epochs=50",
            "fff train --config configs/sbi/two_moons.yaml --tracking http://localhost:5000",
            "fff train --trial beta:3 --resume auto",
            "fff train --config configs/particles/lj13.yaml --processes 2",
            "torchrun --no-python --nnodes 2 --nproc-per-node 4 --rdzv-endpoint node1:29400 --rdzv-backend c10d fff train --config qm9")
        {
            Config, Overrides, Runs, Name, Resume, From, Trial, Device, Seed, Accept, Processes, Tracking, DryRun, Json,
        };
        From.CompletionSources.Add(Completions.Runs);
        Resume.CompletionSources.Add(context => Completions.Runs(context).Append(Auto));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var place = RankPlace.FromEnvironment(Environment.GetEnvironmentVariable);
        var processes = parsed.GetValue(Processes) ?? 1;
        if (place is not null && processes > 1)
        {
            throw new CommandException(ExitCode.Usage,
                $"--processes {processes} starts processes here, but this is rank {place.Rank} of {place.Size} processes "
                    + "that torchrun or srun started: leave it out.");
        }

        if (parsed.GetValue(DryRun))
        {
            return place is { Rank: > 0 } ? ExitCode.Done : Lead(parsed, null);
        }

        if (place is { Rank: > 0 })
        {
            return RankFollower.Run(place);
        }

        using var ranks = new LateRanks(place, processes);
        try
        {
            // Those that others started wait for this one from the start.
            return Lead(parsed, place is null && processes == 1 ? null : ranks);
        }
        catch (Exception e)
        {
            ranks.Lead?.Dismiss(e);
            throw;
        }
    }

    private static int Lead(ParseResult parsed, LateRanks? ranks)
    {
        if (ranks?.Place is not null)
        {
            ranks.Meet();
        }

        var trial = parsed.GetValue(Trial) is { } text ? TrialChoice.Parse(text, parsed.GetRequiredValue(Runs)) : null;
        using var alone = trial is null || parsed.GetValue(DryRun) ? null : trial.Lock();
        var runs = trial?.Sweep.RunsRoot ?? parsed.GetRequiredValue(Runs);
        var (experiment, folder) = Choose(parsed, runs, trial);
        RunFolder.Validate(experiment.Name);
        if (folder is null)
        {
            RefuseName(runs, experiment.Name);
        }

        if (trial?.Done(folder) is { } done)
        {
            Console.Error.WriteLine($"Trial {trial.Record.Number} of {trial.Sweep.Name} is done.");
            Console.Out.WriteLine(Words.Place(done.Path));
            return ExitCode.Done;
        }

        if (trial?.Dropped() is { } dropped)
        {
            Console.Error.WriteLine($"Trial {trial.Record.Number} of {trial.Sweep.Name} was dropped after {NumberText.Counted(dropped.Rung, "epoch")}. "
                + $"Go on with it nevertheless by: fff train --resume {trial.Record.Run}");
            return ExitCode.Done;
        }

        if (folder is null)
        {
            OutputFile.RequireWritable(Path.Combine(runs, experiment.Name), "--runs DIR keeps runs elsewhere.");
        }

        if (trial is null || parsed.GetValue(DryRun))
        {
            return Carry(parsed, runs, trial, experiment, folder, ranks);
        }

        trial.RequireFree();
        return trial.Noted(() => Carry(parsed, runs, trial, experiment, folder, ranks));
    }

    /// <summary>Trains, or shows what would be trained.</summary>
    private static int Carry(ParseResult parsed, string runs, TrialChoice? trial, Experiment experiment, RunFolder? folder, LateRanks? ranks)
    {
        Libtorch.Load();
        using var interruption = new Interruption("Stopping after this step, and saving.");
        var view = ITrainingView.Create(experiment);
        var lead = ranks?.Meet(experiment, interruption.Token);
        var data = new SamplingView("data");
        var stages = new TrainingStages(view, showResults: !parsed.GetValue(Json));
        using var judge = TrialJudge.Of(trial, experiment, view, interruption.Token);
        var options = new TrainingRunOptions
        {
            RunsRoot = runs,
            CommandLine = CommandLine(),
            Device = parsed.GetValue(Device),
            GoesOn = folder,
            From = parsed.GetValue(From) is { } parent ? WarmStart.Of(RunLocator.Find(runs, parent)) : null,
            Extends = folder is not null && parsed.GetValue(Resume) is not (null or Auto)
                && (parsed.GetValue(Overrides) ?? []).Any(pair => pair.StartsWith(Epochs + '=', StringComparison.Ordinal)),
            AcceptsChangedData = parsed.GetValue(Accept),
            Trial = trial?.Note,
            Tracking = TrackingOption.Place(parsed.GetValue(Tracking)),
            LogTo = view.LogTo,
            Warn = Screen.Warn,
            DataProgress = data,
            Progress = judge is null ? view : judge,
            Observer = stages,
            Group = lead?.Group,
            Place = lead?.Place,
        };
        lead?.Tell(RankPlan.Of(experiment, options));
        using var run = Located(parsed, trial, folder,
            () => DatasetOffer.With(() => data.Show(() => new TrainingRun(experiment, options, interruption.Token))));
        if (parsed.GetValue(DryRun))
        {
            var place = folder is null ? $"a new version in {Path.Combine(runs, experiment.Name)}" : $"goes on in {Words.Place(folder.Path)}";
            if (parsed.GetValue(Json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(TrainingTables.PlanOf(run, folder), ResultJson.Default.TrainingPlan));
            }
            else
            {
                Screen.Out.Write(TrainingTables.Plan(run, place));
            }

            Array.ForEach([.. run.Doubts], Screen.Warn);

            return ExitCode.Done;
        }

        // Reading libtorch and data takes seconds, in which another process may have begun.
        trial?.RequireFree();
        if (interruption.Token.IsCancellationRequested)
        {
            throw Unbegun();
        }

        lead?.AwaitAll(run);
        try
        {
            var status = Failures.AtWork(() => Train(run, folder, judge?.Token ?? interruption.Token), () => stages.IsTrained);
            if (status == RunStatus.Interrupted && judge?.Note(run.Folder!) is { } dropped)
            {
                return Dropped(run, dropped, parsed.GetValue(Json));
            }

            return RunPresence.Watch(run.Folder!,
                () => status == RunStatus.Finished ? Finished(run, parsed.GetValue(Json)) : Interrupted(run, parsed.GetValue(Json)));
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted while it was evaluated: training has finished and is saved. "
                + $"Evaluate it with {Evaluations(experiment)} --run {Words.Place(run.Folder!.Path)}{PluginOption.Again}");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>The experiment, and the run to go on with; null for a new one.</summary>
    private static (Experiment Experiment, RunFolder? Folder) Choose(ParseResult parsed, string runs, TrialChoice? trial)
    {
        var (files, resume) = (parsed.GetValue(Config) ?? [], parsed.GetValue(Resume));
        string[] overrides =
        [
            .. parsed.GetValue(Overrides) ?? [],
            .. parsed.GetValue(Name) is { } name ? [$"name={name}"] : Array.Empty<string>(),
            .. resume is null or Auto && parsed.GetValue(Device) is { } device ? [$"training.device={device}"] : Array.Empty<string>(),
            .. parsed.GetValue(Seed) is { } seed ? [$"seed={seed}"] : Array.Empty<string>(),
        ];
        if (parsed.GetValue(From) is { } from)
        {
            return resume is null && trial is null
                ? (Following(RunLocator.Find(runs, from), files, overrides), null)
                : throw new CommandException(ExitCode.Usage, "--from begins a new run: leave out --resume and --trial.");
        }

        if (trial is not null)
        {
            return files.Length + overrides.Length == 0 && resume is null or Auto
                ? (trial.Experiment, resume is null ? null : trial.Run())
                : throw new CommandException(ExitCode.Usage,
                    "a trial has the configuration that its sweep gave it: leave out --config, --name, --device, --seed, --resume RUN and key.path=value.");
        }

        if (resume is null or Auto)
        {
            if (files.Length == 0)
            {
                throw new CommandException(ExitCode.Usage,
                    "name an experiment with --config FILE or NAME (fff config list), or a run to go on with by --resume RUN.");
            }

            var experiment = ExperimentFile.Load(files, overrides, ConfigFiles.Surroundings);
            return (experiment, resume is null ? null : Unfinished(runs, experiment));
        }

        // Of no run: nothing of the training but its epochs can change.
        if (files.Length > 0
            || overrides.Any(pair => pair.StartsWith(Training, StringComparison.Ordinal) && !pair.StartsWith(Epochs + '=', StringComparison.Ordinal)))
        {
            throw Kept();
        }

        if (parsed.GetValue(Device) is { } other && !DeviceRule.IsName(other))
        {
            throw new CommandException(ExitCode.Usage, $"--device: expected {DeviceRule.Names}, found '{other}'.");
        }

        var folder = RunLocator.Find(runs, resume);
        RunExperiment.RequirePlugins(folder);
        var kept = RunExperiment.Read(folder);
        var moved = overrides.Where(pair => RunPaths.IsPath(kept, pair.Split('=')[0])).ToList();
        if (overrides.Except(moved).ToList() is { Count: > 0 } others)
        {
            return others is [var one] && one.StartsWith(Epochs + '=', StringComparison.Ordinal) ? (Extended(folder, overrides), folder) : throw Kept();
        }

        return Manifest.Read(folder.ManifestFile) is { Status: RunStatus.Finished } manifest
            ? throw new CommandException(ExitCode.Usage, $"the run {Words.Name(folder)} has finished after {Words.Count(manifest.Epoch)} epochs: "
                + $"there is nothing to resume. Let it go on to more epochs by adding {Epochs}=N.")
            : (RunExperiment.Load(folder, moved), folder);

        static CommandException Kept() => new(ExitCode.Usage,
            "a run that is resumed keeps the configuration that it was started with, but for more epochs, "
                + $"which {Epochs}=N gives, and for the place of its data, such as data.path=FILE: leave out --config, --name, --seed and other "
                + "key.path=value, or start a new run without --resume.");
    }

    /// <summary>The experiment of a run that begins with another's weights: what the other trained, where nothing else is said.</summary>
    private static Experiment Following(RunFolder parent, string[] files, string[] overrides)
    {
        RunExperiment.RequirePlugins(parent);
        return files.Length == 0 ? RunExperiment.Load(parent, overrides) : ExperimentFile.Load(files, overrides, ConfigFiles.Surroundings);
    }

    /// <summary>The run's experiment with more epochs.</summary>
    private static Experiment Extended(RunFolder folder, IReadOnlyList<string> epochs)
    {
        var (done, planned) = (Manifest.Read(folder.ManifestFile).Epoch, RunExperiment.Read(folder).Training.Epochs);
        var experiment = RunExperiment.Load(folder, epochs);
        return experiment.Training.Epochs > done && experiment.Training.Epochs >= planned
            ? experiment
            : throw new CommandException(ExitCode.Usage, $"the run {Words.Name(folder)} was planned for {Words.Count(planned)} epochs, "
                + $"of which {Words.Count(done)} are done: {Epochs} can be raised, found {experiment.Training.Epochs}.");
    }

    private static RunFolder? Unfinished(string runs, Experiment experiment)
    {
        var busy = new List<RunFolder>();
        var folder = EqualRuns.Unfinished(runs, experiment, busy.Add);
        foreach (var other in busy)
        {
            Console.Error.WriteLine($"{Words.Name(other)}, which has the same configuration, is being trained by {TrainingFolders.UserOf(other)}: "
                + $"{(folder is null ? "a new version is begun" : $"goes on with {Words.Name(folder)}")}.");
        }

        return folder;
    }

    /// <summary>Says where in the files that stands which did not fit the data.</summary>
    private static TrainingRun Located(ParseResult parsed, TrialChoice? trial, RunFolder? folder, Func<TrainingRun> make)
    {
        try
        {
            return make();
        }
        catch (OperationCanceledException)
        {
            throw Unbegun();
        }
        catch (DatasetException e) when (e is not ChangedDataException && folder is null && trial is null)
        {
            var key = e.Key is null ? "data" : $"data.{e.Key}";
            throw At(new ConfigurationException([new Problem(Problem.Configuration, null, null, key, e.Message)]));
        }
        catch (ConfigurationException e)
        {
            throw At(e);
        }

        ConfigurationException At(ConfigurationException e) =>
            trial is not null ? ExperimentFile.Locate(e, [trial.Sweep.ConfigFile(trial.Record.Number)], [])
            : parsed.GetValue(Config) is { Length: > 0 } files ? ExperimentFile.Locate(e, files, parsed.GetValue(Overrides) ?? [])
            : ExperimentFile.Locate(e, folder is null ? [] : [folder.ConfigFile], []);
    }

    /// <summary>It was asked to stop while it read or drew its data.</summary>
    private static CommandException Unbegun() => new(ExitCode.Interrupted, "interrupted before the training began: nothing was written.");

    /// <summary>A sweep's folder is not one of runs, and a run must be one that can be gone on with by its name.</summary>
    private static void RefuseName(string runs, string name)
    {
        if (File.Exists(Path.Combine(runs, name, Path.GetFileName(SweepFolder.At(runs, name).TrialsFile))))
        {
            throw new CommandException(ExitCode.Usage,
                $"'{name}' cannot name a run here: '{Path.Combine(runs, name)}' is the folder of a sweep. Choose another name.");
        }

        if (name == Auto)
        {
            throw new CommandException(ExitCode.Usage, $"'{name}' cannot name a run: --resume {name} means another thing. Choose another name.");
        }
    }

    private static RunStatus Train(TrainingRun run, RunFolder? folder, CancellationToken stop)
    {
        try
        {
            return folder is null ? run.Start(stop).Status : run.Resume(folder, stop);
        }
        catch (FileWriteException e) when (run.Folder is null)
        {
            // Without a folder nothing was written: the command named a place that cannot be used.
            throw new CommandException(ExitCode.Usage, e.Message, e);
        }
        catch (Training.DivergedException e)
        {
            throw new CommandException(ExitCode.Failed, $"{e.Message} The run is kept in {Words.Place(run.Folder!.Path)}.", e);
        }
    }

    /// <summary>The trial is done as far as its sweep is concerned.</summary>
    private static int Dropped(TrainingRun run, string message, bool json)
    {
        Console.Error.WriteLine(message);
        return Finished(run, json);
    }

    private static int Interrupted(TrainingRun run, bool json)
    {
        var folder = run.Folder!;
        if (json)
        {
            WriteJson(folder);
        }

        Console.Error.WriteLine($"Interrupted after step {Words.Count(Manifest.Read(folder.ManifestFile).Step)} of {Words.Count(run.TotalSteps)}; "
            + $"all is saved. Go on with:\n  fff train --resume {Words.Place(folder.Path)}{PluginOption.Again}");
        return ExitCode.Interrupted;
    }

    private static int Finished(TrainingRun run, bool json)
    {
        if (json)
        {
            return WriteJson(run.Folder!);
        }

        Console.Out.WriteLine(Words.Place(run.Folder!.Path));
        return ExitCode.Done;
    }

    /// <summary>The commands of an experiment's evaluations.</summary>
    private static string Evaluations(Experiment experiment) =>
        string.Join(", ", experiment.Evaluate.Select(Kinds.NameOf).Distinct().Select(name => $"fff eval-{name}"));

    private static int WriteJson(RunFolder folder)
    {
        var manifest = Manifest.Read(folder.ManifestFile);
        var result = new TrainingResult(Words.Name(folder), folder.Path, manifest.Status, manifest.Epoch, manifest.Step, manifest.Results);
        Console.Out.WriteLine(JsonSerializer.Serialize(result, ResultJson.Default.TrainingResult));
        return ExitCode.Done;
    }

    private static string[] CommandLine() => Environment.GetCommandLineArgs()[1..];
}
