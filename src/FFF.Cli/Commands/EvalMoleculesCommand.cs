using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Evaluation.Molecules;
using FFF.Experiments;
using FFF.Formats;
using FFF.Native;
using FFF.Plots.Molecules;
using FFF.Runs;

namespace FFF.Cli.Commands;

/// <summary><c>fff eval-molecules</c></summary>
internal static class EvalMoleculesCommand
{
    private const string Best = "best";
    private const int Most = 10_000_000;
    private const int Shown = 25;

    private static readonly MoleculeSettings Defaults = new() { Checkpoint = Best };

    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string> Checkpoint = CommonOptions.Checkpoint();
    private static readonly Option<int?> Count = CommonOptions.Number<int>(
        "-n", $"How many molecules the run draws; {Defaults.Samples} if left out.", n => n is > 0 and <= Most, $"a whole number from 1 to {Most}");

    private static readonly Option<int?> Likelihoods = CommonOptions.Number<int>(
        "--likelihoods", $"The likelihood of at most so many molecules that were held out is computed; {Defaults.Likelihoods} if left out. Exact Jacobians take long.",
        n => n is > 0 and <= Most, $"a whole number from 1 to {Most}");

    private static readonly Option<long?> Seed = CommonOptions.Seed("The seed of the run's samples; the run's own if left out.");
    private static readonly Option<string> Device = CommonOptions.Device();

    private static readonly Option<string?> Samples = new("--samples")
    {
        Description = $"Or molecules of anywhere: a file that ends in {MoleculeFile.Endings}, or qm7 or qm9 for the data sets themselves.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Reference = new("--reference")
    {
        Description = "What those are compared with, such as the training set: a file, qm7 (its molecules of H, C, N and O) or qm9. A run is compared with what it was trained on.",
        HelpName = "FILE|qm7|qm9",
    };

    private static readonly Option<string?> Out = CommonOptions.Out("Write the result to this file as JSON; that of a run instead of its eval/molecules.json, and its pictures beside it.");
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("eval-molecules",
            "Stability, validity, uniqueness and novelty of molecules, by bonds that are inferred from distances, and how far their bond lengths, angles and elements are from those of a reference. Of a run also likelihood, reconstruction and time per molecule; draws plots/molecules.png and .html.",
            "fff eval-molecules",
            "fff eval-molecules --run qm7",
            "fff eval-molecules --run latest -n 10000 --likelihoods 500 --json",
            "fff eval-molecules --samples samples.xyz --reference qm7",
            "fff eval-molecules --samples samples.sdf --reference training.xyz.gz --json")
        {
            Run, Runs, Checkpoint, Count, Likelihoods, Seed, Device, Samples, Reference, Out, Json,
        };
        command.Validators.Add(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            if (Given(Run) && Given(Samples))
            {
                result.AddError("give either --run RUN or --samples FILE.");
                return;
            }

            Option[] unfitting = Given(Samples) ? [Runs, Checkpoint, Count, Likelihoods, Seed, Device] : [Reference];
            foreach (var option in unfitting.Where(Given))
            {
                result.AddError($"leave out {option.Name}, which is only for {(Given(Samples) ? "runs" : "--samples")}.");
            }
        });
        command.SetAction(parsed => parsed.GetValue(Samples) is null ? RunChoice.Use(parsed, Run, Runs, RunKind.Molecules, choice => EvaluateRun(parsed, choice)) : EvaluateFile(parsed));
        return command;
    }

    /// <summary>The evaluation at the end of training.</summary>
    public static MoleculeFlowReport Evaluate(LoadedRun run, RunFolder folder, Dataset dataset, MoleculeEvaluationConfig config, CancellationToken stop)
    {
        var settings = Defaults with { Samples = config.Samples ?? Defaults.Samples, Likelihoods = config.Likelihoods ?? Defaults.Likelihoods, Seed = run.Experiment.Seed };
        var (report, molecules) = Evaluate(run, dataset, settings, stop);
        Keep(report, molecules, folder, file: null, Best);
        return report;
    }

    private static int EvaluateRun(ParseResult parsed, RunChoice choice)
    {
        var folder = choice.Folder;
        var file = OutputFile.Check(parsed.GetValue(Out));
        Libtorch.Load();
        var checkpoint = parsed.GetRequiredValue(Checkpoint);
        using var run = LoadedRun.Load(folder, checkpoint, DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        var dataset = DatasetOffer.With(() => MoleculeFlowEvaluation.DataOf(run.Experiment, Screen.Warn));
        var settings = new MoleculeSettings
        {
            Samples = parsed.GetValue(Count) ?? Defaults.Samples,
            Likelihoods = parsed.GetValue(Likelihoods) ?? Defaults.Likelihoods,
            Seed = parsed.GetValue(Seed) ?? run.Experiment.Seed,
            Checkpoint = Path.GetFileNameWithoutExtension(run.Checkpoint),
        };
        choice.Tell(run, $"{Words.Count(settings.Samples)} molecules");
        using var interruption = new Interruption("Stopping; nothing will be written.");
        var (report, molecules) = Interruption.Stoppable(() => Failures.AtWork(() => Evaluate(run, dataset, settings, interruption.Token)));
        var pictures = Keep(report, molecules, folder, file, checkpoint);
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(report.Json());
        }
        else
        {
            Screen.Out.Write(MoleculeTables.Of(report));
            Console.Out.WriteLine(string.Join('\n', pictures.Select(Words.Place)));
        }

        return ExitCode.Done;
    }

    private static int EvaluateFile(ParseResult parsed)
    {
        var file = OutputFile.Check(parsed.GetValue(Out));
        var samples = DatasetOffer.With(() => MoleculeFile.ReadAll(parsed.GetValue(Samples)!));
        var reference = parsed.GetValue(Reference) is { } name ? DatasetOffer.With(() => MoleculeFile.ReadAll(name)) : null;
        var report = MoleculeEvaluation.Of(samples, reference);
        if (file is not null)
        {
            AtomicFile.WriteText(file, report.Json() + "\n");
        }

        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(report.Json());
        }
        else
        {
            Screen.Out.Write(MoleculeTables.Of(report));
        }

        return ExitCode.Done;
    }

    private static (MoleculeFlowReport Report, IReadOnlyList<Molecule> Molecules) Evaluate(LoadedRun run, Dataset dataset, MoleculeSettings settings, CancellationToken stop)
    {
        var view = new SamplingView("evaluation", stop);
        return view.Show(() => Failures.InMemory(
            run, $"{settings.Samples} molecules and {settings.Likelihoods} likelihoods", "lower -n or --likelihoods of eval-molecules", () => MoleculeFlowEvaluation.Of(run.Flow, dataset, settings, view)));
    }

    /// <summary>Writes result, picture and page. Only those of the best checkpoint are the run's own.</summary>
    /// <returns>The picture and the page.</returns>
    private static IReadOnlyList<string> Keep(MoleculeFlowReport report, IReadOnlyList<Molecule> molecules, RunFolder folder, string? file, string checkpoint)
    {
        var name = checkpoint == Best ? "molecules" : $"molecules.{report.Checkpoint}";
        if (file is null && checkpoint == Best)
        {
            EvaluationFiles.Save(folder, report);
        }
        else
        {
            AtomicFile.WriteText(file ?? Path.Combine(RunFolders.Ensure(folder, folder.EvaluationFolder), name + ".json"), report.Json() + "\n");
        }

        string Place(string ending) => file is null ? Path.Combine(RunFolders.Ensure(folder, folder.PlotFolder), name + ending) : Path.ChangeExtension(file, ".molecules" + ending);
        return Draw(molecules, $"{Words.Name(folder)}: samples, trained on {report.Data}", Place(".png"), Place(".html"));
    }

    private static IReadOnlyList<string> Draw(IReadOnlyList<Molecule> molecules, string title, string picture, string page)
    {
        MoleculeGrid.Save([.. molecules.Take(Shown)], title, picture);

        // An untrained flow may throw atoms farther than the viewer's format can tell.
        Molecule[] turnable = [.. molecules.Where(molecule => SdfFile.Holds(new(molecule, MolecularGraph.Of(molecule).Bonds))).Take(Shown)];
        MoleculePage.Save(turnable, title, page);
        return [picture, page];
    }
}
