using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Formats;
using FFF.Native;
using FFF.Runs;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff log-prob</c> and <c>fff encode</c>: what a run tells of each row of a file.</summary>
internal static class RowsCommand
{
    public static Command LogProb() => Create("log-prob",
        "Log-densities of rows by a trained run, in nats and the data's own units: one column. Outside of bounds they are -Infinity. Of a benchmark task they "
        + "are those of the flow, which is not cut off at the prior's edge unless it was trained with data.box.",
        ["fff log-prob --run mine --data theta.csv --condition x.csv --out log_prob.csv", "fff log-prob --run mine --data all.csv",
            "fff log-prob --run mine --data theta.npy --condition 0.1,-0.2"],
        (run, rows) =>
        {
            var logProb = run.Flow.EncoderLogProb(rows);
            if (logProb.isnan().nonzero() is { } lost && lost.shape[0] > 0)
            {
                Screen.Warn($"{Words.Count(lost.shape[0])} rows, the first of them {lost[0, 0].item<long>()} (counted from 0), lie so far from the "
                    + "training data that their density is no number.");
            }

            return (["log_prob"], logProb.unsqueeze(1));
        });

    public static Command Encode() => Create("encode",
        "Latent codes of rows by the encoder of a trained run: columns z_0, z_1 and so on, of about standard normal numbers where the rows are like the "
        + "training data.",
        ["fff encode --run mine --data theta.csv --condition x.csv --out codes.npy"],
        (run, rows) =>
        {
            if (run.Flow.Ensemble > 1)
            {
                throw new CommandException(ExitCode.Usage, $"the run {Words.Name(run.Folder)} is an ensemble of {Words.Count(run.Flow.Ensemble)} flows, "
                    + "each of which has codes of its own for a row: train one with training.ensemble=1 for codes.");
            }

            var codes = run.Flow.Encode(rows);
            return ([.. Enumerable.Range(0, (int)codes.shape[1]).Select(i => $"z_{i}")], codes);
        });

    private static ExampledCommand Create(
        string name, string description, string[] examples, Func<LoadedRun, Samples, (IReadOnlyList<string> Columns, Tensor Values)> tell)
    {
        var (run, runs, checkpoint, device) = (CommonOptions.Run(), CommonOptions.Runs(), CommonOptions.Checkpoint(), CommonOptions.Device());
        var data = new Option<string>("--data")
        {
            Description = $"The rows: {MatrixFile.Endings}; of particles also frames, such as .xyz. Columns are taken by their names where they have any.",
            HelpName = "FILE",
            Required = true,
        };
        var condition = new Option<string?>("--condition")
        {
            Description = "What the rows are conditioned on: a file with a row for each of them or one for all, or numbers such as 0.1,-0.2. If left out, "
                + "columns of --data that have the conditions' names.",
            HelpName = "FILE|NUMBERS",
        };
        var file = NumberOutput.Option("Where the numbers go");
        var command = new ExampledCommand(name, description, examples) { run, runs, checkpoint, data, condition, file, device };
        command.SetAction(parsed => RunChoice.Use(parsed, run, runs, parsed.GetValue(condition) is null ? RunKind.Rows : RunKind.ConditionalRows, choice =>
        {
            var path = OutputFile.Check(parsed.GetValue(file));
            Libtorch.Load();
            using var scope = NewDisposeScope();
            using var loaded = LoadedRun.Load(choice.Folder, parsed.GetRequiredValue(checkpoint), DeviceChoices.Request(parsed.GetRequiredValue(device)));
            var rows = RunRows.Read(parsed.GetRequiredValue(data), parsed.GetValue(condition), loaded);
            choice.Tell(loaded, $"{Words.Count(rows.Count)} rows");
            var (columns, values) = Failures.InMemory(loaded, $"{rows.Count} rows", "split the file", () => tell(loaded, rows));
            NumberOutput.Write(path, columns, values);
            return ExitCode.Done;
        }));
        return command;
    }
}
