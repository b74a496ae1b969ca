using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Datasets.Table;
using FFF.Evaluations;
using FFF.Evaluations.Predictive;
using FFF.Formats;
using FFF.Native;
using FFF.Runs;
using FFF.Sampling;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff eval-predictive</c></summary>
internal static class PredictiveCommand
{
    private const int DefaultCount = 1000;

    /// <summary>Tells its simulations from those of rounds.</summary>
    private const int Use = 0;

    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string> Checkpoint = CommonOptions.Checkpoint();
    private static readonly Option<string> Condition = new("--condition")
    {
        Description = "What was observed: numbers such as 0.1,-0.2, or by name such as a=0.1,b=-0.2; or a file with one row.",
        HelpName = "FILE|NUMBERS",
        Required = true,
    };

    private static readonly Option<string?> Simulator = new("--simulator")
    {
        Description = "The command that simulates, in place of the experiment's data.simulator, such as \"python sim.py {parameters} {observations}\".",
        HelpName = "COMMAND",
    };

    private static readonly Option<double?> Timeout = CommonOptions.Number<double>("--timeout",
        "After so many seconds the simulator is ended; the experiment's data.simulator_timeout if left out.", seconds => seconds is >= 0.1 and <= 31_536_000,
        "a number of seconds from 0.1 to 31536000");
    private static readonly Option<int?> Count = CommonOptions.Number<int>("-n",
        $"How many predictions; {DefaultCount}, or as many as its columns need, if left out.",
        n => n is >= 100 and <= 1_000_000, "a whole number from 100 to 1000000");
    private static readonly Option<long?> Seed = CommonOptions.Seed("Of samples and simulations; the run's own if left out.");
    private static readonly Option<string?> Out = CommonOptions.Out("Where the picture goes, a .png. Into the run's plots folder if left out.");
    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("eval-predictive",
            "A posterior predictive check: simulates with samples of the posterior, and tells whether what was observed is like what they give.",
            "fff eval-predictive --run decay --condition 1.21,0.52,0.17",
            "fff eval-predictive --run decay --condition observed.csv -n 5000 --simulator \"python sim.py {parameters} {observations}\"")
        {
            Run, Runs, Checkpoint, Condition, Simulator, Timeout, Count, Seed, Out, Device, Json,
        };
        Simulator.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && OwnSimulator.Problem(token.Value) is { } problem)
            {
                result.AddError($"--simulator: {problem}.");
            }
        });
        OutputFile.RequireEnding(Out, ".png");
        command.SetAction(parsed => RunChoice.Use(parsed, Run, Runs, RunKind.ConditionalRows, choice => Check(parsed, choice)));
        return command;
    }

    private static int Check(ParseResult parsed, RunChoice choice)
    {
        var file = OutputFile.CheckOrWithin(parsed.GetValue(Out), choice.Folder.PlotFolder);
        Libtorch.Load();
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Load(choice.Folder, parsed.GetRequiredValue(Checkpoint), DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        var data = run.Experiment.Data as SimulationsData
            ?? throw new CommandException(ExitCode.Usage, $"the run {Words.Name(run.Folder)} was not trained on simulations of one's own.");
        var simulator = parsed.GetValue(Simulator) ?? data.Simulator
            ?? throw new CommandException(ExitCode.Usage,
                $"the run {Words.Name(run.Folder)} names no simulator (data.simulator): give the command by --simulator.");
        var text = parsed.GetRequiredValue(Condition);
        var observed = ConditionText.ReadOne(text, run, "a check is of one observation");
        var count = parsed.GetValue(Count) ?? Math.Max(DefaultCount, PredictiveCheck.Needed(run.ConditionColumns.Count));
        var seed = parsed.GetValue(Seed) ?? run.Experiment.Seed;
        choice.Tell(run, $"{NumberText.Counted(count, "prediction")}");
        using var interruption = new Interruption("Stopping; nothing will be written.");
        var check = Interruption.Stoppable(() =>
        {
            var drawn = new RunSampler(run).Draw(new SampleRequest { Count = count, Condition = observed, Seed = seed });
            RunWarnings.OfNotFinite(drawn);
            var parameters = drawn.Values.index_select(0, drawn.Values.isfinite().all(1).nonzero().flatten());
            var rows = Failures.AtWork(() => new OwnSimulator(simulator, parsed.GetValue(Timeout) ?? data.SimulatorTimeout)
                .Run(parameters, run.Columns, OwnSimulator.SeedOf(seed, Use), interruption.Token));
            return PredictiveCheck.Of(run.ConditionColumns, observed, data.ObservationsOf(rows, run.ConditionColumns), rows.Lost, run.Flow.ConditionTransform);
        });
        var path = file ?? Path.Combine(RunFolders.Ensure(choice.Folder, choice.Folder.PlotFolder), $"predictive_{RunConditions.NameOf(text)}.png");
        PredictivePlot.Save(check, $"{Words.Name(run.Folder)}: what the posterior predicts", path);
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(ReportJson.Of(check));
            return ExitCode.Done;
        }

        Screen.Out.Write(Tables.Of(TableOf(check)));
        Console.Out.WriteLine(Words.Place(path));
        return ExitCode.Done;
    }

    private static ResultTable TableOf(PredictiveCheck check) => new(
        new ColumnTable(
            [new("observation", IsText: true), new("observed"), new("predicted 5 %"), new("median"), new("95 %"), new("tail probability")],
            [.. check.Columns.Select(column => (IReadOnlyList<string>)[column.Name, NumberText.Number(column.Observed, 4), NumberText.Number(column.Low, 4),
                NumberText.Number(column.Median, 4), NumberText.Number(column.High, 4), NumberText.Number(column.Tail, 2)])]),
        new NamedValues(
        [
            ("verdict", check.Verdict),
            ("all together", check.Joint is { } joint
                ? $"{NumberText.Number(100 * joint, 3)} % of the predictions are as far from their mean (Mahalanobis)"
                : "not told: the predictions are too few, or do not span all columns"),
            ("predictions", NumberText.Count(check.Simulations)
                + (check.Lost > 0 ? $"; {NumberText.Count(check.Lost)} more were not finite" : "")),
        ]));
}
