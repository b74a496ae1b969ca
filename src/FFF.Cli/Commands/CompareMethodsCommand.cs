using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Native;
using FFF.Sweeps;

namespace FFF.Cli.Commands;

/// <summary><c>fff compare-methods</c></summary>
internal static class CompareMethodsCommand
{
    private static readonly Option<string[]> Config = CommonOptions.Config(required: true);
    private static readonly Argument<string[]> Overrides = CommonOptions.Overrides();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string?> Methods = new("--methods")
    {
        Description = $"Which methods, with commas between them: {string.Join(", ", MethodComparison.Methods)}; all of them if left out.",
        HelpName = "LIST",
    };

    private static readonly Option<int?> Jobs = SweepCommand.Jobs();
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Shows the trainings that there will be, and starts nothing." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new ExampledCommand("compare-methods",
            "Trains the data of an experiment by the free-form flow, a spline flow and flow matching, as a sweep that the same command goes on with, and tells "
                + "which to take: the NLL on validation rows, the time, samples per second, and the C2ST of a task of the benchmark.",
            "fff compare-methods --config mine.yaml",
            "fff compare-methods --config mine.yaml --methods fff,spline-flow --jobs 2")
        {
            Config, Overrides, Runs, Methods, Jobs, DryRun, Json,
        };
        Methods.Validators.Add(result =>
        {
            foreach (var method in result.Tokens.SelectMany(token => token.Value.Split(',')).Where(method => !MethodComparison.Methods.Contains(method)))
            {
                result.AddError($"--methods: expected some of {string.Join(", ", MethodComparison.Methods)}, found '{method}'.");
            }
        });
        command.SetAction(Compare);
        return command;
    }

    private static int Compare(ParseResult parsed)
    {
        var methods = parsed.GetValue(Methods)?.Split(',') ?? MethodComparison.Methods;
        var runs = parsed.GetRequiredValue(Runs);
        var sweep = MethodComparison.Sweep(parsed.GetRequiredValue(Config), parsed.GetValue(Overrides) ?? [], methods, ConfigFiles.Surroundings);
        var plan = SweepPlan.Create(sweep, ConfigFiles.Surroundings);
        DatasetOffer.With(() => SweepCommand.Require(plan));
        if (parsed.GetValue(DryRun))
        {
            SweepFolder.Check(runs, plan, Screen.Warn);
            Screen.Out.Write(MethodTables.Plan(plan));
            return ExitCode.Done;
        }

        var code = SweepCommand.Start(plan, runs, onSlurm: false, parsed.GetValue(Jobs) ?? 1, tellsFolder: false);
        var folder = SweepFolder.Find(runs, sweep.Name);
        Libtorch.Load();
        var compared = MethodComparison.Of(plan, SweepStatus.Read(folder, Slurm.Queue(folder)), SamplingRate.Of);
        var advice = MethodComparison.Advice(compared);
        if (parsed.GetValue(Json))
        {
            var result = new MethodComparisonResult(sweep.Name, compared, advice);
            Console.Out.WriteLine(JsonSerializer.Serialize(result, ResultJson.Default.MethodComparisonResult));
        }
        else
        {
            Screen.Out.Write(MethodTables.Of(compared));
            Console.Out.WriteLine(advice);
        }

        return code;
    }
}
