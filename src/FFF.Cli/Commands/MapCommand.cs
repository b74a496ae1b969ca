using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Formats;
using FFF.Native;
using FFF.Runs;
using FFF.Sampling;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff map</c></summary>
internal static class MapCommand
{
    private const int DefaultStarts = 20;
    private const int MaxDimensions = 100;

    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string> Checkpoint = CommonOptions.Checkpoint();
    private static readonly Option<string?> Condition = new("--condition")
    {
        Description = "What the density is conditioned on: numbers such as 0.1,-0.2, or by name such as a=0.1,b=-0.2; or a file of one row or several, "
            + "of each of which the mode is found.",
        HelpName = "FILE|NUMBERS",
    };

    private static readonly Option<int?> Observation = CommonOptions.Number<int>("--observation",
        "The same: an observation of the benchmark task, 1 to 10.", n => n is >= 1 and <= ObservationList.Count, "a whole number from 1 to 10");
    private static readonly Option<int?> Starts = CommonOptions.Number<int>("--starts",
        $"From how many samples the search begins, the best of a thousand; {DefaultStarts} if left out.",
        n => n is >= 1 and <= 1000, "a whole number from 1 to 1000");
    private static readonly Option<long?> Seed = CommonOptions.Seed("Of the samples; the run's own if left out.");
    private static readonly Option<string?> Out = NumberOutput.Option("Where the modes go");
    private static readonly Option<string> Device = CommonOptions.Device();

    public static Command Create()
    {
        var command = new ExampledCommand("map",
            "The mode of a trained density, such as the maximum a posteriori of an observation: by gradient ascent in the data's own units from several "
            + "samples, inside of bounds. A row for each condition, with its log-density.",
            "fff map --run mine --condition 1.21,0.52,0.17", "fff map --run two_moons --observation 3")
        {
            Run, Runs, Checkpoint, Condition, Observation, Starts, Seed, Out, Device,
        };
        ObservationChoice.RequireOne(command, Condition, Observation);
        command.SetAction(parsed => RunChoice.Use(parsed, Run, Runs,
            parsed.GetValue(Observation) is not null ? RunKind.Benchmark : parsed.GetValue(Condition) is not null ? RunKind.ConditionalRows : RunKind.Rows,
            choice => Find(parsed, choice)));
        return command;
    }

    private static int Find(ParseResult parsed, RunChoice choice)
    {
        var file = OutputFile.Check(parsed.GetValue(Out));
        Libtorch.Load();
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Load(choice.Folder, parsed.GetRequiredValue(Checkpoint), DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        if (run.Flow.Space is MoleculeSpace or MeanFreePositions || run.Flow.Dimension > MaxDimensions)
        {
            throw new CommandException(ExitCode.Usage,
                $"the run {Words.Name(run.Folder)} has no mode that could be found so: that is for rows of at most {MaxDimensions} numbers, and not for "
                + "particles or molecules.");
        }

        var isOpen = parsed.GetValue(Condition) is null && parsed.GetValue(Observation) is null;
        var observation = isOpen ? ObservationChoice.For(run, "fff map") : parsed.GetValue(Observation);
        var conditions = ObservationChoice.ConditionOf(run, parsed.GetValue(Condition), observation);
        choice.Tell(run, observation is null ? "its mode" : $"the mode of observation {observation}", isChosen: isOpen && observation is not null);
        var modes = RunMode.Of(run, conditions, parsed.GetValue(Seed) ?? run.Experiment.Seed, parsed.GetValue(Starts) ?? DefaultStarts);
        foreach (var (row, mode) in modes.Index().Where(mode => 2 * mode.Item.Agreeing <= mode.Item.Starts))
        {
            Screen.Warn($"{(modes.Count > 1 ? $"Row {row}: o" : "O")}nly {mode.Agreeing} of {mode.Starts} searches came within 0.1 nats of the "
                + "highest density: there are several modes, or a wide flat one. Look at samples, too.");
        }

        NumberOutput.Write(file, [.. run.Columns.Select(ColumnNames.Written), SampleColumn.LogProb.Beside(run.Columns)],
            stack(modes.Select(mode => cat([mode.X, tensor(new[] { mode.LogProb })])).ToArray()));
        return ExitCode.Done;
    }
}
