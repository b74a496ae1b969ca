using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Datasets.Table;
using FFF.Evaluations;
using FFF.Evaluations.DataChecks;
using FFF.Formats;
using FFF.Native;
using FFF.Options;

namespace FFF.Cli.Commands;

/// <summary><c>fff data check</c></summary>
internal static class DataCheckCommand
{
    private const string KindKey = "data.kind=";
    private const string PathKey = "path";

    private static readonly Argument<string[]> What = new("file")
    {
        Description = "A file of data, and settings of them such as columns=[a,b], kind=particles or system=lj13; or settings alone, where --config names "
            + "an experiment.",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<string[]> Config = CommonOptions.Config(required: false);
    private static readonly Option<string?> Against = new("--against")
    {
        Description = "Another file, such as that of the test: how many of its rows are in these data too.",
        HelpName = "FILE",
    };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("check",
            "Tells what one must know of data before a likelihood on them is believed: repeated and frozen rows, what is both trained on and held out, "
                + "neighbours that are alike, numbers far out, columns that no flow can learn, and whether positions follow their energy.",
            "fff data check measurements.csv condition_columns=[t]",
            "fff data check positions.npy system=lj13 well_depth=2 --against test.npy",
            "fff data check --config mine.yaml")
        {
            What, Config, Against, Json,
        };
        command.SetAction(Check);
        return command;
    }

    private static int Check(ParseResult parsed)
    {
        Libtorch.Load();
        using var interruption = new Interruption("Stopping.");
        var experiment = Load(parsed, null);
        var other = parsed.GetValue(Against) is { } file ? Load(parsed, file).Data : null;
        var report = Interruption.Stoppable(() => DatasetOffer.With(() => DataReport.Of(experiment.Data, other, experiment.Seed, interruption.Token)));
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(ReportJson.Of(report));
            return ExitCode.Done;
        }

        Screen.Out.Write(Tables.Of(report.Table()));
        Array.ForEach([.. report.Doubts], Screen.Warn);
        Console.Out.WriteLine(report.Doubts.Count == 0
            ? "Nothing speaks against learning from these data."
            : $"{NumberText.Counted(report.Doubts.Count, "doubt")}; see above.");
        return ExitCode.Done;
    }

    /// <summary>The experiment whose data they are.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="instead">A file in place of the data's own; null for that.</param>
    private static Experiment Load(ParseResult parsed, string? instead)
    {
        var (words, configs) = (parsed.GetValue(What) ?? [], parsed.GetValue(Config) ?? []);
        var settings = words.Where(word => word.Contains('=', StringComparison.Ordinal)).Select(setting => $"data.{setting}").ToList();
        string[] files = [.. words.Where(word => !word.Contains('=', StringComparison.Ordinal))];
        if (files.Length + (configs.Length > 0 ? 1 : 0) != 1)
        {
            throw new CommandException(ExitCode.Usage, "name one file, or an experiment by --config; fff data check --help shows how.");
        }

        if (files is not [var file])
        {
            var named = ExperimentFile.Load(configs, settings, ConfigFiles.Surroundings);
            return instead is null ? named
                : ExperimentFile.Load(configs, [.. settings, $"data.{FileKey(Kinds.NameOf(named.Data), named.Data)}={instead}"], ConfigFiles.Surroundings);
        }

        var own = settings.LastOrDefault(setting => setting.StartsWith(KindKey, StringComparison.Ordinal));
        var kind = own?[KindKey.Length..] ?? KindOf(file, settings);
        settings.RemoveAll(setting => setting.StartsWith(KindKey, StringComparison.Ordinal));
        var key = FileKey(kind, null);
        var experiment = ExperimentFile.Load([], ["name=check", $"data.kind={kind}", $"data.{key}={file}", .. settings], ConfigFiles.Surroundings);
        if (!experiment.Data.Files.Select(Path.GetFullPath).Intersect(TableFiles.Of(file).Select(Path.GetFullPath)).Any())
        {
            throw new CommandException(ExitCode.Usage, $"{file}: the settings name {string.Join(", ", experiment.Data.Files)} in its place. Name data of the "
                + $"kind {kind} once: by the file, which stands for {key}, or by the settings of an experiment with --config.");
        }

        return instead is null ? experiment : ExperimentFile.Load([], ["name=check", $"data.kind={kind}", $"data.{key}={file}", .. settings,
            $"data.{FileKey(kind, experiment.Data)}={instead}"], ConfigFiles.Surroundings);
    }

    /// <summary>The key of the data that one file stands for.</summary>
    /// <param name="kind">Their kind.</param>
    /// <param name="data">Those whose file another one shall take the place of; null for data that the file makes.</param>
    private static string FileKey(string kind, DataConfig? data)
    {
        if (data is SimulationsData { IsOneTable: false })
        {
            throw new CommandException(ExitCode.Usage, $"{Against.Name}: these simulations lie in two files, row by row, which one file cannot be compared "
                + "with. Write parameters and observations into one table.");
        }

        var type = Kinds.Of(typeof(DataConfig)).FirstOrDefault(candidate => candidate.Name == kind)?.Kind;
        return type is null || type.GetProperty(nameof(TableData.Path)) is not null ? PathKey
            : type == typeof(SimulationsData) ? $"parameters.{PathKey}"
            : throw new CommandException(ExitCode.Usage, $"data of the kind {kind} are drawn, and no file is read for them.");
    }

    /// <summary>The kind of data that a file holds, where nobody says.</summary>
    private static string KindOf(string file, List<string> settings) =>
        settings.Exists(setting => setting.StartsWith("data.system=", StringComparison.Ordinal)
            || setting.StartsWith("data.particles=", StringComparison.Ordinal)) || DimensionsOf(file) == 3 ? "particles"
        : MoleculeFile.IsKnown(file) ? "molecules"
        : "table";

    private static int? DimensionsOf(string file)
    {
        if (!file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            using var stream = InputFile.Open(file);
            return NpyHeader.Read(stream, out _).Shape.Count;
        }
        catch (Exception e) when (e is FileReadException or InvalidDataException)
        {
            return null; // Told when it is read.
        }
    }
}
