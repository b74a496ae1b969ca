using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Flows;
using FFF.Native;
using FFF.Runs;
using FFF.Sampling;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff sample</c></summary>
internal static class SampleCommand
{
    private const int MaxMolecules = 10_000_000;
    private const int DefaultCount = 10_000;
    private const int DefaultSystems = 1_000;

    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string> Checkpoint = CommonOptions.Checkpoint();
    private static readonly Option<long?> Count = CommonOptions.Number<long>("-n",
        $"How many samples; of a file with several conditions, how many of each. If left out, one for each row of the conditions' file, or {DefaultCount}; "
            + $"of systems of particles and molecules {DefaultSystems}.",
        n => n > 0, "a whole number above 0");
    private static readonly Option<string?> Condition = new("--condition")
    {
        Description = "What the samples are conditioned on: numbers such as 0.1,-0.2, or by name such as a=0.1,b=-0.2; "
            + "or a .npy or .csv file of one row or several. Of several, -n samples are drawn of each, with the number of the row, from 0, beside them; "
            + "without -n one is drawn of each. Columns of a .csv are taken by their names. "
            + "Of molecules numbers only, of which n_atoms, their size, may be left out.",
        HelpName = "FILE|NUMBERS",
    };

    private static readonly Option<int?> Observation = CommonOptions.Number<int>("--observation",
        "The same: an observation of the benchmark task, 1 to 10; for runs on one the first, if neither is given.",
        n => n is >= 1 and <= ObservationList.Count, "a whole number from 1 to 10");
    private static readonly Option<double?> Temperature = CommonOptions.Number<double>("--temperature",
        "Latents are scaled by its root: below 1, samples keep closer to the modes.", t => t > 0 && double.IsFinite(t), "a number above 0");
    private static readonly Option<long?> Seed = CommonOptions.Seed("The seed; the run's own if left out.");
    private static readonly Option<string?> Out = CommonOptions.Out(
        $"Where they go: .npy, .npz or .csv; molecules: {MoleculeFile.Endings}. Into the run's samples folder if left out.");
    private static readonly Option<bool> LogProb = new("--log-prob")
    {
        Description = "The flow's log-density of each sample too: log_prob in .npz, a last column in .csv, NAME.log_prob.npy beside NAME.npy. "
            + "On a benchmark task it is normalised inside of the prior, by the accepted share. With --temperature it is that of the scaled latents.",
    };

    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("sample",
            "Draws samples from a trained run, in the data's own units. Those of a benchmark task lie in its prior's support.", "fff sample",
            "fff sample --run rings -n 10000",
            "fff sample --run two_moons --observation 3 -n 10000 --out posterior.csv",
            "fff sample --run two_moons --condition 0.1,-0.2 -n 1000 --log-prob --out posterior.npz",
            "fff sample --run mine --condition three_rows.csv -n 1000 --out posteriors.csv",
            "fff sample --run qm7 -n 100 --atoms 12 --stable --out molecules.sdf",
            "fff sample --run qm7 -n 100 --candidates 8 --choose reconstruction",
            "fff sample --run mine --condition homo=-0.24,n_atoms=18 -n 100")
        {
            Run, Runs, Checkpoint, Count, Condition, Observation, Temperature, Seed, Out, LogProb, SampleMolecules.Atoms, SampleMolecules.Stable, Device, Json,
        };
        CandidateOptions.AddTo(command, LogProb);
        ObservationChoice.RequireOne(command, Condition, Observation);
        Out.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IsTable(token.Value) && !MoleculeFile.IsKnown(token.Value))
            {
                result.AddError($"--out: expected a name that ends in {string.Join(", ", SampleFile.Extensions)}, or for molecules {MoleculeFile.Endings}, "
                    + $"found '{token.Value}'.");
            }
        });
        command.SetAction(parsed => RunChoice.Use(parsed, Run, Runs, KindOf(parsed), choice => Draw(parsed, choice)));
        return command;
    }

    private static int Draw(ParseResult parsed, RunChoice choice)
    {
        var folder = choice.Folder;
        var file = OutputFile.CheckOrWithin(parsed.GetValue(Out), folder.SampleFolder);
        Libtorch.Load();
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Load(folder, parsed.GetRequiredValue(Checkpoint), DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        if (run.Flow.Space is MoleculeSpace)
        {
            var molecules = MoleculesOf(parsed, run);
            choice.Tell(run, $"{Words.Count(molecules.Count)} molecules", isChosen: parsed.GetValue(Count) is null);
            return SampleMolecules.Draw(
                run, molecules, parsed.GetValue(Condition), file, parsed.GetRequiredValue(Checkpoint), parsed.GetValue(Json));
        }

        Refuse(parsed, run, [SampleMolecules.Atoms, SampleMolecules.Stable], "which is for runs on molecules",
            file is null || IsTable(file) || (FrameFile.IsOne(file) && FrameFile.ElementsOf(run.Flow.Space) is not null));
        var isOpen = parsed.GetValue(Condition) is null && parsed.GetValue(Observation) is null;
        var observation = isOpen ? ObservationChoice.For(run, "fff sample") : parsed.GetValue(Observation);
        var condition = ObservationChoice.ConditionOf(run, parsed.GetValue(Condition), observation);
        var request = new SampleRequest
        {
            Count = parsed.GetValue(Count)
                ?? (condition?.dim() == 2 ? condition.shape[0] : run.Flow.Space is MeanFreePositions ? DefaultSystems : DefaultCount),
            Condition = condition,
            Temperature = parsed.GetValue(Temperature) ?? 1,
            Seed = parsed.GetValue(Seed) ?? run.Experiment.Seed,
            Stream = observation ?? 0,
            LogProb = parsed.GetValue(LogProb),
            Choice = CandidateOptions.Of(parsed),
        };
        var total = parsed.GetValue(Count) is { } each && condition?.dim() == 2 ? each * condition.shape[0] : request.Count;
        choice.Tell(run, Words.Samples(total, observation), isChosen: (isOpen && observation is not null) || parsed.GetValue(Count) is null);
        var clock = Stopwatch.StartNew();
        var samples = Draw(run, request, isOfEach: parsed.GetValue(Count) is not null && condition?.dim() == 2);
        var seconds = clock.Elapsed.TotalSeconds;
        var files = Write(
            file ?? Path.Combine(RunFolders.Ensure(folder, folder.SampleFolder), DefaultName(parsed, folder, request, observation)), run, samples);
        if (Orientation.Of(samples.Sign) is { DoubtfulShare: > 0 } folded)
        {
            Screen.Warn($"At {Words.Percent(folded.DoubtfulShare)} of the samples the decoder folds: "
                + "its determinant has another sign than at most, or is near-singular. Their log-densities are not exact.");
        }

        Show(parsed.GetValue(Json), request.Choice, new SampleResult(
            Words.Name(folder), [.. files.Select(Path.GetFullPath)], total, samples.AcceptedShare, seconds, total / seconds)
        {
            Candidates = request.Choice?.Candidates,
        });
        return ExitCode.Done;
    }

    private static MoleculeRequest MoleculesOf(ParseResult parsed, LoadedRun run)
    {
        var reason = "which is not for runs on molecules"
            + (run.Flow.ConditionDimension == 0 ? " without conditions, that have no exact log-density" : ", that have no exact log-density");
        Refuse(parsed, run, run.Flow.ConditionDimension == 0 ? [Condition, Observation, LogProb] : [Observation, LogProb], reason,
            parsed.GetValue(Out) is not { } file || MoleculeFile.IsKnown(file));
        var (conditions, atoms) = MoleculeConditionText.Read(parsed.GetValue(Condition), parsed.GetValue(SampleMolecules.Atoms), run);
        return new()
        {
            Conditions = conditions,
            Count = (parsed.GetValue(Count) ?? DefaultSystems) is var count and <= MaxMolecules
                ? (int)count
                : throw new CommandException(ExitCode.Usage,
                    $"-n: expected at most {MaxMolecules} molecules. Draw more by several calls with different seeds."),
            Atoms = atoms,
            Stable = parsed.GetValue(SampleMolecules.Stable),
            Temperature = parsed.GetValue(Temperature) ?? 1,
            Seed = parsed.GetValue(Seed) ?? run.Experiment.Seed,
            Choice = CandidateOptions.Of(parsed),
        };
    }

    /// <summary>Which options fit is known only once the run is.</summary>
    private static void Refuse(ParseResult parsed, LoadedRun run, IEnumerable<Option> options, string reason, bool endingFits)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } option)
        {
            throw new CommandException(ExitCode.Usage, $"leave out {option.Name}, {reason}; the run {Words.Name(run.Folder)} was "
                + $"{(run.Flow.Space is not MoleculeSpace ? "not " : "")}trained on molecules.");
        }

        if (!endingFits)
        {
            var endings = run.Flow.Space is MoleculeSpace ? MoleculeFile.Endings
                : string.Join(", ", [.. SampleFile.Extensions, .. FrameFile.ElementsOf(run.Flow.Space) is null ? (string[])[] : [".xyz"]]);
            throw new CommandException(ExitCode.Usage,
                $"--out: samples of the run {Words.Name(run.Folder)} go into files that end in {endings}, found '{parsed.GetValue(Out)}'.");
        }
    }

    private static IReadOnlyList<string> Write(string path, LoadedRun run, DrawnSamples samples)
    {
        if (!FrameFile.IsOne(path) || FrameFile.ElementsOf(run.Flow.Space) is not { } elements)
        {
            return SampleFile.Write(path, run.Columns, samples);
        }

        try
        {
            FrameFile.Write(path, elements, samples);
            return [path];
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Failed, $"{path}: {e.Message} Write to a .npy file.", e);
        }
    }

    private static bool IsTable(string path) => SampleFile.Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    private static DrawnSamples Draw(LoadedRun run, SampleRequest request, bool isOfEach)
    {
        try
        {
            var samples = Failures.InMemory(run, $"{request.Count} samples", "lower -n, and draw more by other seeds (--seed)",
                () => isOfEach ? new EachCondition(new RunSampler(run)).Draw(request) : new RunSampler(run).Draw(request));
            RunWarnings.OfNotFinite(samples);
            return samples;
        }
        catch (DatasetException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message, e);
        }
    }

    /// <summary>What the other options ask of a run that is not named.</summary>
    private static RunKind KindOf(ParseResult parsed)
    {
        bool Given(Option option) => parsed.GetResult(option) is { Implicit: false };
        var file = parsed.GetValue(Out);
        var hasFrames = file is not null && FrameFile.IsOne(file);
        return Given(SampleMolecules.Atoms) || Given(SampleMolecules.Stable) || (file is not null && !IsTable(file) && !hasFrames) ? RunKind.Molecules
            : hasFrames ? RunKind.Frames
            : Given(Observation) ? RunKind.Benchmark
            : Given(Condition) ? RunKind.Conditional
            : Given(LogProb) || file is not null ? RunKind.Rows
            : RunKind.Any;
    }

    /// <summary>Tells samples of one run apart by what they were drawn with.</summary>
    private static string DefaultName(ParseResult parsed, RunFolder folder, SampleRequest request, int? number)
    {
        string?[] parts =
        [
            number is { } observation ? $"observation-{observation}" : null,
            parsed.GetValue(Condition) is { } condition ? RunConditions.NameOf(condition) : null,
            $"n{request.Count}",
            $"seed{request.Seed}",
            request.Temperature == 1 ? null : string.Create(CultureInfo.InvariantCulture, $"temperature{request.Temperature}"),
            CandidateOptions.Name(request.Choice),
            CheckpointName.Of(folder, parsed.GetRequiredValue(Checkpoint)),
        ];
        return string.Join('_', parts.OfType<string>()) + ".npy";
    }

    private static void Show(bool json, CandidateChoice? choice, SampleResult result)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, ResultJson.Default.SampleResult));
            return;
        }

        Screen.Out.Write(Tables.Pairs(
        [
            ("samples", $"{Words.Count(result.Samples)} of {result.Run}"),
            .. CandidateOptions.Rows(choice),
            ("rate", $"{Words.Count((long)result.SamplesPerSecond)} samples/s"),
            .. result.AcceptedShare is { } share
                ? [("inside the prior", $"{Words.Percent(share)}; those outside were drawn again")]
                : Array.Empty<(string, string)>(),
        ]));
        foreach (var file in result.Files)
        {
            Console.Out.WriteLine(Words.Place(file));
        }
    }
}
