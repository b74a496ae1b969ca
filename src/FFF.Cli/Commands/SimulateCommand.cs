using System.CommandLine;
using System.Diagnostics;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets.Table;
using FFF.Formats;
using FFF.Native;
using FFF.Randomness;
using FFF.Runs;
using FFF.Sampling;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff simulate</c></summary>
internal static class SimulateCommand
{
    private const double DefaultEpsilon = 1e-4;
    private const int FirstRound = 1;
    private const string Answer = "Stopping; nothing will be written.";

    private static readonly Option<string[]> Config = CommonOptions.Config(required: false);
    private static readonly Option<string?> Run = CommonOptions.Run();
    private static readonly Option<string> Runs = CommonOptions.Runs();
    private static readonly Option<string> Checkpoint = CommonOptions.Checkpoint();
    private static readonly Option<string?> Condition = new("--condition")
    {
        Description = "Of a further round, the observation that it is for: numbers such as 0.1,-0.2, or by name such as a=0.1,b=-0.2; or a file with one row.",
        HelpName = "FILE|NUMBERS",
    };

    private static readonly Option<int?> Round = CommonOptions.Number<int>("--round",
        "The number of the further round, for its seed and its files' names; one more than the run was trained on if left out.",
        n => n is >= 2 and <= 1000, "a whole number from 2 to 1000");
    private static readonly Option<double?> Epsilon = CommonOptions.Number<double>("--epsilon",
        $"The share of the posterior that a further round may leave out; {DefaultEpsilon} if left out.", e => e is >= 0 and <= 0.5, "a number from 0 to 0.5");
    private static readonly Option<long?> Count = CommonOptions.Number<long>("-n", "How many simulations.", n => n is > 0 and <= 100_000_000,
        "a whole number from 1 to 100000000");
    private static readonly Option<long?> Seed = CommonOptions.Seed("Of the parameters, and of {seed} in the command; the experiment's own if left out.");
    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Argument<string[]> Overrides = CommonOptions.Overrides();

    public static Command Create()
    {
        var command = new ExampledCommand("simulate",
            "Draws parameters from the prior of an experiment, runs its simulator (data.simulator), and writes both as its data. With --run, a further round: "
                + "from the prior where the run's posterior of an observation has mass (truncated sequential estimation), to train on.",
            "fff simulate --config decay.yaml -n 10000",
            "fff simulate --run decay --condition 1.21,0.52,0.17 -n 2000")
        {
            Config, Run, Runs, Checkpoint, Condition, Round, Epsilon, Count, Seed, Device, Overrides,
        };
        Count.Required = true;
        command.Validators.Add(result =>
        {
            if (result.GetResult(Config) is null == result.GetResult(Run) is null)
            {
                result.AddError("give either --config, for the first simulations, or --run and --condition, for a further round.");
            }
            else if (result.GetResult(Run) is not null && result.GetResult(Condition) is null)
            {
                result.AddError("--run: a further round is for an observation: give it by --condition.");
            }
            else if (result.GetResult(Config) is not null
                && new Option[] { Condition, Round, Epsilon }.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } other)
            {
                result.AddError($"{other.Name} belongs to a further round, with --run.");
            }
        });
        command.SetAction(parsed => parsed.GetValue(Config) is { Length: > 0 } configs
            ? First(parsed, configs)
            : RunChoice.Use(parsed, Run, Runs, RunKind.ConditionalRows, choice => Further(parsed, choice)));
        return command;
    }

    private static int First(ParseResult parsed, IReadOnlyList<string> configs)
    {
        var experiment = ExperimentFile.Load(configs, parsed.GetValue(Overrides) ?? [], ConfigFiles.Surroundings);
        var data = DataOf(experiment);
        var (files, names, seed) = (SimulationFiles.First(data), data.ParameterNames(), parsed.GetValue(Seed) ?? experiment.Seed);
        var prior = PriorSampler.Of(data.Prior, names, data.Label);
        OutputFile.Check(files.Parameters);
        OutputFile.Check(files.Observations);
        Libtorch.Load();
        using var scope = NewDisposeScope();
        using var interruption = new Interruption(Answer);
        var parameters = prior.Draw(new SampleRequest { Count = parsed.GetRequiredValue(Count)!.Value, Seed = SeedOf(seed, FirstRound) }).Values;
        Simulate(data, files, names, parameters, seed, FirstRound, interruption.Token);
        if ((parsed.GetValue(Overrides) ?? []).Length == 0)
        {
            Console.Error.WriteLine($"Train on them with: fff train --config {configs[^1]}");
        }

        return ExitCode.Done;
    }

    private static int Further(ParseResult parsed, RunChoice choice)
    {
        Libtorch.Load();
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Load(choice.Folder, parsed.GetRequiredValue(Checkpoint), DeviceChoices.Request(parsed.GetRequiredValue(Device)));
        var data = DataOf(run.Experiment);
        var round = parsed.GetValue(Round) ?? data.Parameters.Append.Count + FirstRound + 1;
        var (files, seed) = (SimulationFiles.OfRound(data, round), parsed.GetValue(Seed) ?? run.Experiment.Seed);
        OutputFile.Check(files.Parameters);
        OutputFile.Check(files.Observations);
        var prior = PriorSampler.Of(data.Prior, run.Columns, data.Label);
        var condition = ConditionText.ReadOne(parsed.GetRequiredValue(Condition)!, run, "a further round is for one observation");
        choice.Tell(run, $"parameters of round {round}");
        using var interruption = new Interruption(Answer);
        var (parameters, share) = Interruption.Stoppable(() => TruncatedPrior.Of(run.Flow, condition, parsed.GetValue(Epsilon) ?? DefaultEpsilon, seed)
            .Draw(prior, parsed.GetRequiredValue(Count)!.Value, SeedOf(seed, round), interruption.Token));
        Console.Error.WriteLine($"Round {round}: {Words.Number(100 * share, 3)} % of the prior is left, where the posterior has mass.");
        Simulate(data, files, run.Columns, parameters, seed, round, interruption.Token);
        var more = string.Join(' ', new[] { (Key: "parameters", Source: data.Parameters, File: (string?)files.Parameters),
                (Key: "observations", Source: data.Observations, File: files.Observations) }
            .Where(side => side.File is not null)
            .Select(side => $"'data.{side.Key}.append=[{string.Join(", ", side.Source.Append.Append(side.File!).Select(Words.Place))}]'"));
        Console.Error.WriteLine($"Go on with: fff train --from {Words.Name(run.Folder)} {more}");
        return ExitCode.Done;
    }

    /// <summary>That of the parameters of a round.</summary>
    private static long SeedOf(long seed, int round) => NamedSeed.Derive(seed, "simulate/round", round);

    private static SimulationsData DataOf(Experiment experiment) => experiment.Data is SimulationsData { Simulator: not null } data
        ? data
        : throw new CommandException(ExitCode.Usage, "the experiment names no simulator. Its data are to be of kind simulations, with a command such as "
            + "simulator: \"python sim.py {parameters} {observations}\".");

    private static void Simulate(SimulationsData data, SimulationFiles files, IReadOnlyList<string> names, Tensor parameters, long seed, int round,
        CancellationToken stop)
    {
        Console.Error.WriteLine($"Simulating {NumberText.Counted(parameters.shape[0], "row")} of {string.Join(", ", names)}.");
        var clock = Stopwatch.StartNew();
        var rows = Interruption.Stoppable(() => Failures.AtWork(() =>
            new OwnSimulator(data.Simulator!, data.SimulatorTimeout).Run(parameters, names, OwnSimulator.SeedOf(seed, round), stop)));
        files.Write(names, rows);
        Console.Error.WriteLine($"Simulated in {Words.Number(clock.Elapsed.TotalSeconds, 3)} s.");
        if (rows.Lost > 0)
        {
            Screen.Warn($"{Words.Count(rows.Lost)} of {NumberText.Counted(parameters.shape[0], "simulation")} gave something that is not finite, and "
                + $"{(rows.Lost == 1 ? "is" : "are")} left out. The posterior of an observation that is finite stays the same.");
        }

        foreach (var file in new[] { files.Parameters, files.Observations }.OfType<string>())
        {
            Console.Out.WriteLine(Words.Place(file));
        }
    }
}
