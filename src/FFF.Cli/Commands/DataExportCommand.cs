using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Native;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff data export</c></summary>
internal static class DataExportCommand
{
    private const string All = "all";
    private const string Train = "train";

    private static readonly Option<string[]> Config = CommonOptions.Config(required: true);
    private static readonly Option<string> Split = new("--split")
    {
        Description = "Which rows: train, validation or test, as a run of the experiment has them, or all of them in the data's own order.",
        DefaultValueFactory = _ => All,
    };
    private static readonly Option<string?> Out = NumberOutput.Option("Where what is learnt goes, and its conditions behind it");
    private static readonly Option<string?> Conditions = new("--conditions")
    {
        Description = "A file of their own for the conditions, .csv or .npy.",
        HelpName = "FILE",
    };
    private static readonly Argument<string[]> Overrides = CommonOptions.Overrides();

    static DataExportCommand()
    {
        Split.AcceptOnlyFromAmong(All, Train, HeldOut.OfValidation, HeldOut.OfTest);
        OutputFile.RequireEnding(Conditions, ".csv", ".npy");
    }

    public static Command Create()
    {
        var command = new ExampledCommand("export",
            "Writes the data of an experiment as a table, in their own units: what other programs are given to learn from, or a simulator's pairs.",
            "fff data export --config sbi/two_moons --out theta.csv --conditions x.csv",
            "fff data export --config mine.yaml --split test --out test.csv")
        {
            Config, Split, Out, Conditions, Overrides,
        };
        command.SetAction(Export);
        return command;
    }

    private static int Export(ParseResult parsed)
    {
        var experiment = ExperimentFile.Load(parsed.GetRequiredValue(Config), parsed.GetValue(Overrides) ?? [], ConfigFiles.Surroundings);
        var (file, beside) = (OutputFile.Check(parsed.GetValue(Out)), OutputFile.Check(parsed.GetValue(Conditions)));
        if (experiment.Data.Outline.Space is MoleculeSpace)
        {
            throw new CommandException(ExitCode.Usage, "molecules of several sizes are no table; their files are named by data.folder.");
        }

        if (beside is not null && !experiment.Data.HasConditions)
        {
            throw new CommandException(ExitCode.Usage, "--conditions: these data have none.");
        }

        Libtorch.Load();
        using var interruption = new Interruption("Stopping.");
        using var scope = NewDisposeScope();
        var request = experiment.Request(Screen.Warn, stop: interruption.Token);
        var (rows, columns, conditionColumns) = Interruption.Stoppable(
            () => DatasetOffer.With(() => Rows(experiment, parsed.GetRequiredValue(Split), request)));
        var (data, condition) = (rows.Data, rows.Condition);
        columns = Named(columns, "data", data);
        conditionColumns = Named(conditionColumns, "condition", condition);
        if (beside is null && condition is not null)
        {
            NumberOutput.Write(file, [.. columns, .. conditionColumns], cat([data, condition], 1));
            return ExitCode.Done;
        }

        NumberOutput.Write(file, columns, data);
        if (beside is not null)
        {
            NumberOutput.Write(beside, conditionColumns, condition!);
        }

        return ExitCode.Done;
    }

    private static (IRows Rows, IReadOnlyList<string> Columns, IReadOnlyList<string> ConditionColumns) Rows(
        Experiment experiment, string split, DataRequest request)
    {
        if (split == All)
        {
            var source = experiment.Data.Open(request);
            return (source.Rows, source.Columns, source.ConditionColumns);
        }

        var dataset = DatasetFactory.Create(experiment.Data, request);
        var rows = split == Train ? dataset.Train : split == HeldOut.OfValidation ? dataset.Validation
            : dataset.Test ?? throw new CommandException(ExitCode.Usage, "--split: no rows of these data are kept for a test.");
        return (rows, dataset.Columns, dataset.ConditionColumns);
    }

    private static IReadOnlyList<string> Named(IReadOnlyList<string> names, string word, Tensor? values) =>
        names.Count > 0 ? names : DataSource.Numbered(word, values);
}
