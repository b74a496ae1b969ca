using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Devices;
using FFF.Formats;
using FFF.Sweeps;

namespace FFF.Cli.Commands;

/// <summary><c>fff sweep</c> and <c>fff sweep status|retry|best</c></summary>
internal static class SweepCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "sweep";

    private const string Local = "local";
    private const string OnSlurm = "slurm";

    public static Command Create()
    {
        var (config, overrides, runs) = (CommonOptions.Config(required: true), CommonOptions.Overrides(), CommonOptions.Runs());
        var (launcher, jobs, dryRun) = (Launcher(), Jobs(), DryRun());
        config.CompletionSources.Clear();
        overrides.CompletionSources.Clear();
        config.Description = "The sweep, a YAML file, the name of one under ./configs, or - for standard input. "
            + "Given again, later files override earlier ones.";
        overrides.Description = "Settings that override the sweep's, such as search.trials=50.";
        var command = new ExampledCommand(Name,
            "Trains many variants of an experiment, each as a run of its own; the same command again goes on with what is missing.",
            "fff sweep --config sweep.yaml",
            "fff sweep --config sweep.yaml --jobs 4",
            "fff sweep --config sweep.yaml --launcher slurm --dry-run",
            "fff sweep status beta",
            "fff sweep best beta --metric nll")
        {
            config, overrides, runs, launcher, jobs, dryRun, Status(), Retry(), Best(),
        };
        overrides.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !token.Value.Contains('=', StringComparison.Ordinal)))
            {
                result.AddError(UsageErrors.Unknown(token.Value, command));
            }
        });
        command.SetAction(parsed =>
        {
            var sweep = SweepFile.Load(parsed.GetRequiredValue(config), parsed.GetValue(overrides) ?? [], ConfigFiles.Surroundings);
            var plan = SweepPlan.Create(sweep, ConfigFiles.Surroundings, SweepFolder.At(parsed.GetRequiredValue(runs), sweep.Name).Begun());
            if (sweep.Search is TpeSearch && parsed.GetValue(launcher) == OnSlurm)
            {
                throw new CommandException(ExitCode.Usage, "the search tpe chooses trials by the results of others, which a job array cannot wait for: "
                    + "start the sweep with --launcher local and --jobs N within one job.");
            }

            DatasetOffer.With(() => Require(plan));
            var onSlurm = parsed.GetValue(launcher) == OnSlurm;
            return parsed.GetValue(dryRun)
                ? ShowPlan(plan, parsed.GetRequiredValue(runs), onSlurm)
                : Start(plan, parsed.GetRequiredValue(runs), onSlurm, parsed.GetValue(jobs) ?? 1);
        });
        return command;
    }

    /// <summary>Writes a sweep down, or finds it as it was, and starts what is missing of it.</summary>
    /// <param name="plan">The sweep.</param>
    /// <param name="runs">The folder of runs.</param>
    /// <param name="onSlurm">Whether trials run on Slurm, and not here.</param>
    /// <param name="jobs">So many at a time here.</param>
    /// <param name="tellsFolder">Whether stdout is told the sweep's folder in the end.</param>
    /// <returns>The exit code.</returns>
    public static int Start(SweepPlan plan, string runs, bool onSlurm, int jobs, bool tellsFolder = true)
    {
        var folder = SweepFolder.Create(runs, plan, Screen.Warn);
        var states = SweepStatus.Read(folder, Slurm.Queue(folder));
        var failed = states.Count(state => state.Status == TrialStatus.Failed);
        if (failed > 0)
        {
            Screen.Warn($"{Trials(failed)} failed before and {(failed == 1 ? "is" : "are")} left out. Start {(failed == 1 ? "it" : "them")} again with: "
                + $"fff sweep retry {folder.Name}");
        }

        var missing = states.Where(state => state.Status is TrialStatus.Pending or TrialStatus.Interrupted or TrialStatus.Stopped or TrialStatus.Trained);
        return Launch(folder, plan.Sweep, [.. missing.Select(state => state.Trial)], onSlurm, jobs, dryRun: false,
            FurtherTrials.Of(folder, plan, ConfigFiles.Surroundings), tellsFolder);
    }

    /// <summary>Trials run where nobody can be asked: what they need must be there before.</summary>
    public static int Require(SweepPlan plan)
    {
        // Many trials have the same data, which may be a long table. As text, since records that hold lists are compared by the lists' references.
        foreach (var trial in plan.Trials.DistinctBy(trial => ExperimentFile.Write(new Experiment { Name = "data", Data = trial.Experiment.Data })))
        {
            try
            {
                trial.Experiment.Data.Check();
            }
            catch (Exception e) when (e is DatasetException and not MissingDatasetException || e is FileReadException)
            {
                throw new DatasetException(
                    $"trial {trial.Number} ({string.Join(", ", trial.Values.Select(value => $"{value.Key}={value.Value}"))}): {e.Message}", e);
            }
        }

        return plan.Trials.Count;
    }

    private static ExampledCommand Status()
    {
        var (sweep, runs, json) = (Sweep(), CommonOptions.Runs(), CommonOptions.Json());
        var command = new ExampledCommand("status", "Tells how a sweep's trials stand, from their run folders and Slurm's queue.", "fff sweep status beta",
            "fff sweep status beta --json") { sweep, runs, json };
        command.SetAction(parsed =>
        {
            var folder = SweepFolder.Find(parsed.GetRequiredValue(runs), parsed.GetRequiredValue(sweep));
            var states = SweepStatus.Read(folder, Slurm.Queue(folder));
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(SweepTables.Result(folder, states), ResultJson.Default.SweepResult));
            }
            else
            {
                var sweepConfig = folder.ReadSweep();
                var ranked = sweepConfig.Metric is { } metric ? Ranking.Finished(states, metric, sweepConfig.Maximize) : [];
                Screen.Out.Write(SweepTables.Status(folder, states, sweepConfig.Metric,
                    TrialSetting.Of(states.Select(state => state.Trial), ranked, sweepConfig.Maximize)));
            }
        });
        return command;
    }

    private static ExampledCommand Retry()
    {
        var (sweep, runs, launcher, jobs, dryRun) = (Sweep(), CommonOptions.Runs(), Launcher(), Jobs(), DryRun());
        var command = new ExampledCommand("retry",
            "Starts the trials of a sweep that failed or were ended by force again, and no others; each goes on from its last checkpoint.",
            "fff sweep retry beta --jobs 2", "fff sweep retry beta --launcher slurm")
        { sweep, runs, launcher, jobs, dryRun };
        command.SetAction(parsed =>
        {
            var folder = SweepFolder.Find(parsed.GetRequiredValue(runs), parsed.GetRequiredValue(sweep));
            var states = SweepStatus.Read(folder, Slurm.Queue(folder));
            var failed = states.Where(state => state.Status is TrialStatus.Failed or TrialStatus.Trained or TrialStatus.Stopped)
                .Select(state => state.Trial).ToList();
            if (failed.Count == 0)
            {
                Console.Error.WriteLine($"No trial of {folder.Name} has failed or was ended by force.");
                return ExitCode.Done;
            }

            return Launch(folder, folder.ReadSweep(), failed, parsed.GetValue(launcher) == OnSlurm, parsed.GetValue(jobs) ?? 1, parsed.GetValue(dryRun));
        });
        return command;
    }

    private static ExampledCommand Best()
    {
        var (sweep, runs, json) = (Sweep(), CommonOptions.Runs(), CommonOptions.Json());
        var metric = new Option<string?>("--metric")
        {
            Description = "A result, such as nll or c2st.mean, or a column of metrics.csv, of which the last value counts; the sweep's own if left out. "
                + "Doubtful results rank last.",
            HelpName = "NAME",
        };
        var maximize = new Option<bool>("--maximize") { Description = "The largest value is the best; the smallest if left out." };
        var top = CommonOptions.Number<int>("--top", "How many trials are shown; 5 if left out.", n => n > 0, "a whole number above 0");
        var command = new ExampledCommand("best", "Names the best finished trials of a sweep, the best first.",
            "fff sweep best beta --metric nll", "fff sweep best beta --metric val_nll --top 1 --json")
        { sweep, runs, metric, maximize, top, json };
        command.SetAction(parsed =>
        {
            var folder = SweepFolder.Find(parsed.GetRequiredValue(runs), parsed.GetRequiredValue(sweep));
            var config = folder.ReadSweep();
            var name = parsed.GetValue(metric) ?? config.Metric
                ?? throw new CommandException(ExitCode.Usage,
                    "name what the trials are judged by with --metric, such as --metric nll; or give the sweep the key metric.");
            var states = SweepStatus.Read(folder, Slurm.Queue(folder));
            var largest = parsed.GetValue(maximize) || (parsed.GetValue(metric) is null && config.Maximize);
            var ranked = Ranking.Of(states, name, largest);
            var unfinished = states.Count(state => state.Status != TrialStatus.Finished);
            if (unfinished > 0)
            {
                Screen.Warn($"{Trials(unfinished)} of {states.Count} {(unfinished == 1 ? "has" : "have")} not finished and "
                    + $"{(unfinished == 1 ? "does" : "do")} not count.");
            }

            // Of some seeds the best one is luck: the best setting's trials come first.
            var settings = TrialSetting.Of(states.Select(state => state.Trial), ranked, largest);
            var shown = settings.SelectMany(setting => setting.Ranked).Take(parsed.GetValue(top) ?? 5).ToList();
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(SweepTables.Result(folder, name, largest, shown, settings), ResultJson.Default.BestResult));
            }
            else
            {
                Screen.Out.Write(SweepTables.Best(name, shown, settings));
            }
        });
        return command;
    }

    /// <summary>Starts the trials whose files can be read: a damaged one keeps none of the others waiting.</summary>
    private static int Launch(SweepFolder folder, SweepConfig sweep, IReadOnlyList<TrialRecord> trials, bool onSlurm, int jobs, bool dryRun,
        FurtherTrials? further = null, bool tellsFolder = true)
    {
        var damages = trials.Select(trial => folder.Damage(trial.Number)).ToList();
        foreach (var damage in damages.OfType<string>())
        {
            Screen.Warn($"{damage} It is left out. {SweepFolder.Remedy}");
        }

        var whole = trials.Where((_, i) => damages[i] is null).ToList();
        var code = whole.Count == 0 && trials.Count > 0 ? ExitCode.Failed : LaunchWhole(folder, sweep, whole, onSlurm, jobs, dryRun, further, tellsFolder);
        return code == ExitCode.Done && whole.Count < trials.Count ? ExitCode.Failed : code;
    }

    private static int LaunchWhole(SweepFolder folder, SweepConfig sweep, IReadOnlyList<TrialRecord> trials, bool onSlurm, int jobs, bool dryRun,
        FurtherTrials? further, bool tellsFolder)
    {
        var total = trials.Count + (further?.Left ?? 0);
        if (total == 0)
        {
            Console.Error.WriteLine($"Nothing to start in {folder.Name}. See: fff sweep status {folder.Name}");
            return ExitCode.Done;
        }

        if (onSlurm)
        {
            var scripts = SlurmScript.Create(folder, sweep.Slurm, trials.Select(trial => trial.Number), TrialProgram.This());
            if (dryRun)
            {
                Console.Out.Write(string.Join('\n', scripts.Select(script => script.Text)));
                return ExitCode.Done;
            }

            foreach (var script in scripts)
            {
                var job = Failures.AtWork(() => Slurm.Submit(folder, script));
                Console.Out.WriteLine(job.Job);
            }

            Console.Error.WriteLine($"Submitted {Trials(trials.Count)} of {folder.Name}. See: fff sweep status {folder.Name}");
            return ExitCode.Done;
        }

        if (dryRun)
        {
            Screen.Out.Write(SweepTables.Plan(trials));
            return ExitCode.Done;
        }

        using var interruption = new Interruption("Stopping: each running trial saves first.");
        var view = SweepView.Create();
        var devices = Devices(folder, sweep, trials, jobs);
        var ended =
            Failures.AtWork(() => view.Show(() => LocalLauncher.Run(
                folder, trials, jobs, devices, TrialProgram.This(), further is null ? null : further.Next, total, view.Report, interruption.Token)));
        if (further?.Problem is { } problem)
        {
            Screen.Warn($"No further trial is chosen, as the one that was is no valid experiment: {problem}");
        }

        return Conclude(folder, total, ended, interruption.Token.IsCancellationRequested, tellsFolder);
    }

    /// <summary>Shares out the devices that this process sees, and says where trials will have to wait for one.</summary>
    private static DeviceShares Devices(SweepFolder folder, SweepConfig sweep, IReadOnlyList<TrialRecord> trials, int jobs)
    {
        var names = VisibleDevices.OfThisProcess();
        if (names.Count == 0)
        {
            return DeviceShares.None;
        }

        var there = new DeviceFacts(names, names.Count, TrialProgram.CoresOf(jobs));
        TrialDevice Need(TrialRecord trial) => TrialDevice.Of(ExperimentFile.Load([folder.ConfigFile(trial.Number)], []), there);
        var needs = trials.ToDictionary(trial => trial.Number, Need);
        var shares = new DeviceShares(names, sweep.TrialsPerDevice, trial => needs.TryGetValue(trial.Number, out var need) ? need : Need(trial));
        var needing = needs.Values.Count(need => need.IsNeeded);
        if (Math.Min(jobs, needing) > shares.Places)
        {
            Console.Error.WriteLine($"{Trials(needing)} use CUDA devices, of which there are {names.Count}: "
                + $"at most {shares.Places} run at a time, the others wait. trials_per_device=N lets more of them share a device.");
        }

        return shares;
    }

    private static int Conclude(SweepFolder folder, int total, IReadOnlyList<TrialProgress> ended, bool interrupted, bool tellsFolder)
    {
        var failed = ended.Where(trial => trial.End == TrialEnd.Failed).ToList();
        foreach (var trial in failed)
        {
            Console.Error.WriteLine(
                $"{trial.Trial.Run} failed with exit code {trial.ExitCode}; what it said is in {Words.Place(folder.LogFile(trial.Trial.Number))}");
        }

        if (interrupted || ended.Any(trial => trial.End == TrialEnd.Interrupted))
        {
            Console.Error.WriteLine($"Interrupted: {ended.Count(trial => trial.End is TrialEnd.Finished or TrialEnd.Dropped)} of {Trials(total)} are done"
                + $"{(failed.Count > 0 ? $", {failed.Count} failed (fff sweep retry {folder.Name})" : "")}, the others are saved. The same command goes on.");
            return ExitCode.Interrupted;
        }

        if (tellsFolder)
        {
            Console.Out.WriteLine(Words.Place(folder.Path));
        }

        if (failed.Count > 0)
        {
            Console.Error.WriteLine($"{failed.Count} of {Trials(total)} failed. Start them again with: fff sweep retry {folder.Name}");
            return ExitCode.Failed;
        }

        return ExitCode.Done;
    }

    /// <summary>What would be done: nothing is written.</summary>
    public static int ShowPlan(SweepPlan plan, string runs, bool onSlurm)
    {
        var folder = SweepFolder.Check(runs, plan, Screen.Warn).Folder;
        if (onSlurm)
        {
            Console.Out.Write(string.Join('\n',
                SlurmScript.Create(folder, plan.Sweep.Slurm, plan.Trials.Select(trial => trial.Number), TrialProgram.This()).Select(script => script.Text)));
        }
        else
        {
            Screen.Out.Write(SweepTables.Plan([.. plan.Trials.Select(SweepFolder.Record)]));
            if (plan.Sweep.Search is TpeSearch { Trials: var all } && all > plan.Trials.Count)
            {
                Console.Error.WriteLine($"{Trials(all - plan.Trials.Count)} more will be chosen by the results of these and each other.");
            }
        }

        return ExitCode.Done;
    }

    private static string Trials(int count) => count == 1 ? "1 trial" : $"{Words.Count(count)} trials";

    private static Argument<string> Sweep()
    {
        var sweep = new Argument<string>("SWEEP") { Description = "The sweep's name, or the path of its folder." };
        sweep.CompletionSources.Add(Completions.Sweeps);
        return sweep;
    }

    public static Option<int?> Jobs() => CommonOptions.Number<int>("--jobs", "At most so many trials at a time on this machine; 1 if left out.",
        n => n is > 0 and <= 1000, "a whole number from 1 to 1000");

    private static Option<bool> DryRun() => new("--dry-run") { Description = "Shows the trials, or with --launcher slurm the script, and starts nothing." };

    private static Option<string> Launcher()
    {
        var launcher = new Option<string>("--launcher")
        {
            Description = "Where trials run: local, or slurm, as a job array.",
            HelpName = "local|slurm",
            DefaultValueFactory = _ => Local,
        };
        launcher.CompletionSources.Add(Local, OnSlurm);
        launcher.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value is not (Local or OnSlurm))
            {
                result.AddError($"--launcher: expected local or slurm, found '{token.Value}'.");
            }
        });
        return launcher;
    }
}
