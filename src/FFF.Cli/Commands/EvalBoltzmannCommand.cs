using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets.Particles;
using FFF.Experiments;
using FFF.Formats;
using FFF.Native;
using FFF.Plots;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff eval-boltzmann</c></summary>
internal static class EvalBoltzmannCommand
{
    private const string Best = "best";
    private const int MostChains = 1_000_000;
    private const int MostSamples = 100_000_000;

    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string> Checkpoint = CommonOptions.Checkpoint();
    private static readonly Option<int?> Samples = CommonOptions.Number<int>(
        "--samples", $"How many samples are drawn, and at most how many of the data that were held out are evaluated; {new BoltzmannSettings { Checkpoint = Best }.Samples} if left out.",
        n => n is >= BoltzmannSettings.FewestSamples and <= MostSamples, $"a whole number from {BoltzmannSettings.FewestSamples} to {MostSamples}");

    private static readonly Option<int?> Chains = CommonOptions.Number<int>(
        "--chains", $"Chains of the annealing that estimates log Z; {new AnnealingSettings().Chains} if left out. The estimate is kept in the cache.",
        n => n is >= 2 and <= MostChains, $"a whole number from 2 to {MostChains}");

    private static readonly Option<int?> Steps = CommonOptions.Number<int>(
        "--annealing-steps", $"Steps of the annealing; {new AnnealingSettings().Steps} if left out. Systems of many particles need more.", n => n is >= 1 and <= MostChains, $"a whole number from 1 to {MostChains}");

    private static readonly Option<bool> NoLimit = new("--no-limit") { Description = "Do without the annealing, and so without the limit of the NLL and the distance to it." };
    private static readonly Option<int?> Batch = CommonOptions.Number<int>(
        "--batch", "Systems that are decoded at once, and with densities as many fewer as keep memory alike; by their size if left out. Another batch draws other samples.", n => n > 0, "a whole number above 0");

    private static readonly Option<long?> Seed = CommonOptions.Seed("The seed of the samples; the run's own if left out.");
    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Option<string?> Out = CommonOptions.Out("Write the result to this file instead of the run's eval/boltzmann.json, and the picture beside it.");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("eval-boltzmann", "Runs on particles as Boltzmann generators: likelihood and its limit, effective sample size of reweighted samples, log Z, energies and pair distances. Draws plots/boltzmann.png.",
            "fff eval-boltzmann",
            "fff eval-boltzmann --run dw4",
            "fff eval-boltzmann --run latest --samples 100000 --chains 20000 --json",
            "fff eval-boltzmann --run mine --no-limit --checkpoint last --out last.json")
        {
            Run, Runs, Checkpoint, Samples, Chains, Steps, NoLimit, Batch, Seed, Device, Out, Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(NoLimit) is not null && (result.GetResult(Chains) is not null || result.GetResult(Steps) is not null))
            {
                result.AddError("--no-limit does without the annealing: leave out --chains and --annealing-steps.");
            }
        });
        command.SetAction(parsed => RunChoice.Use(parsed, Run, Runs, RunKind.Boltzmann, choice => Evaluate(parsed, choice)));
        return command;
    }

    /// <summary>The evaluation at the end of training.</summary>
    public static BoltzmannReport Evaluate(LoadedRun run, RunFolder folder, ReweightingEvaluation config, CancellationToken stop)
    {
        var settings = new BoltzmannSettings { Checkpoint = Best, Seed = run.Experiment.Seed };
        settings = settings with { Samples = config.Samples ?? settings.Samples, Annealing = config.Limit ? new AnnealingSettings() : null };
        using var data = BoltzmannData.Of(run.Experiment, settings.Samples, Screen.Warn);
        var result = Evaluate(run, data, settings, stop);
        Keep(result, folder, file: null, Best);
        Array.ForEach([.. result.Report.Doubts], Screen.Warn);
        return result.Report;
    }

    private static int Evaluate(ParseResult parsed, RunChoice choice)
    {
        var folder = choice.Folder;
        var file = OutputFile.Check(parsed.GetValue(Out));
        Libtorch.Load();
        var checkpoint = parsed.GetRequiredValue(Checkpoint);
        using var run = LoadedRun.Load(folder, checkpoint, DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        var settings = SettingsOf(parsed, run);
        choice.Tell(run, $"{Words.Count(settings.Samples)} samples");
        using var interruption = new Interruption("Stopping; nothing will be written.");
        var reading = new SamplingView("data", interruption.Token);
        using var data = Interruption.Stoppable(() => reading.Show(() => BoltzmannData.Of(run.Experiment, settings.Samples, Screen.Warn, reading)));
        var result = Interruption.Stoppable(() => Failures.AtWork(() => Evaluate(run, data, settings, interruption.Token)));
        var picture = Keep(result, folder, file, checkpoint);
        Array.ForEach([.. result.Report.Doubts], Screen.Warn);
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(EvaluationFiles.Json(result.Report));
        }
        else
        {
            Screen.Out.Write(BoltzmannTables.Of(result.Report));
            Console.Out.WriteLine(Words.Place(picture));
        }

        return ExitCode.Done;
    }

    private static BoltzmannSettings SettingsOf(ParseResult parsed, LoadedRun run)
    {
        var annealing = new AnnealingSettings();
        var settings = new BoltzmannSettings
        {
            Checkpoint = Path.GetFileNameWithoutExtension(run.Checkpoint),
            Seed = parsed.GetValue(Seed) ?? run.Experiment.Seed,
            Batch = parsed.GetValue(Batch),
            Annealing = parsed.GetValue(NoLimit) ? null : annealing with { Chains = parsed.GetValue(Chains) ?? annealing.Chains, Steps = parsed.GetValue(Steps) ?? annealing.Steps },
        };
        return settings with { Samples = parsed.GetValue(Samples) ?? settings.Samples };
    }

    private static BoltzmannResult Evaluate(LoadedRun run, BoltzmannData data, BoltzmannSettings settings, CancellationToken stop)
    {
        var annealing = new SamplingView("log Z", stop);
        var partition = annealing.Show(() => BoltzmannEvaluation.LogPartitionOf(data, settings, run.Flow.Device, Screen.Warn, annealing));
        var evaluation = new SamplingView("evaluation", stop);
        return evaluation.Show(() => Failures.InMemory(
            run, $"{settings.Samples} samples", "lower --batch of eval-boltzmann, or the number of samples", () => BoltzmannEvaluation.Of(run.Flow, data, partition, settings, evaluation)));
    }

    /// <summary>Writes result and picture. Only those of the best checkpoint are the run's own.</summary>
    /// <returns>Where the picture is.</returns>
    private static string Keep(BoltzmannResult result, RunFolder folder, string? file, string checkpoint)
    {
        var name = checkpoint == Best ? "boltzmann" : $"boltzmann.{result.Report.Checkpoint}";
        if (file is null && checkpoint == Best)
        {
            EvaluationFiles.Save(folder, result.Report);
        }
        else
        {
            AtomicFile.WriteText(file ?? Path.Combine(RunFolders.Ensure(folder, folder.EvaluationFolder), name + ".json"), EvaluationFiles.Json(result.Report) + "\n");
        }

        var picture = file is null ? Path.Combine(RunFolders.Ensure(folder, folder.PlotFolder), name + ".png") : Path.ChangeExtension(file, ".boltzmann.png");
        BoltzmannPlot.Save(result, $"{Words.Name(folder)}: {result.Report.Data}", picture);
        return picture;
    }
}
