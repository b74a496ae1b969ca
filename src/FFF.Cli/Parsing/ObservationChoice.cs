using System.CommandLine;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Runs;
using static TorchSharp.torch;

namespace FFF.Cli.Parsing;

/// <summary>The observation that a run is conditioned on where neither one nor a condition is given.</summary>
internal static class ObservationChoice
{
    private const int MaxNumbers = 10;

    /// <summary>The first of a benchmark task; null where the run has no conditions.</summary>
    /// <param name="run">The run.</param>
    /// <param name="command">The command, such as fff sample.</param>
    /// <exception cref="CommandException">The run has conditions but no observations: the message says what to give.</exception>
    public static int? For(LoadedRun run, string command)
    {
        var numbers = run.Flow.ConditionDimension;
        if (numbers == 0 || run.Experiment.Data.Benchmark is not null)
        {
            return numbers == 0 ? null : ObservationList.First;
        }

        var names = run.ConditionColumns is { Count: > 0 and <= MaxNumbers } columns ? $" ({string.Join(", ", columns)})" : "";
        throw new CommandException(
            ExitCode.Usage,
            $"the run {Words.Name(run.Folder)} was trained with conditions: give {numbers} {(numbers == 1 ? "number" : "numbers")}{names}, "
            + $"or a .npy or .csv file with as many columns, such as:\n  {command} --run {Words.Place(run.Folder.Path)} --condition {Typical(run)}");
    }

    /// <summary>What a run is conditioned on: the observation of its task, or what the user gives; null for neither.</summary>
    /// <param name="run">The run.</param>
    /// <param name="condition">The condition as the user gives it; see <see cref="ConditionText.Read"/>.</param>
    /// <param name="observation">The observation's number.</param>
    /// <exception cref="CommandException">The run is of no task, or the condition cannot be read.</exception>
    public static Tensor? ConditionOf(LoadedRun run, string? condition, int? observation) =>
        observation is not { } number ? (condition is null ? null : ConditionText.Read(condition, run))
        : run.Experiment.Data.Benchmark is { } benchmark ? ReferenceData.Observation(SbiTasks.Get(benchmark.Name), number)
        : throw new CommandException(ExitCode.Usage,
            $"the run {Words.Name(run.Folder)} was not trained on a benchmark task, so it has no observations. Use --condition.");

    /// <summary>Refuses a command line that has both.</summary>
    public static void RequireOne(Command command, Option condition, Option observation) => command.Validators.Add(result =>
    {
        if (result.GetResult(condition) is not null && result.GetResult(observation) is not null)
        {
            result.AddError($"give either {condition.Name} or {observation.Name}.");
        }
    });

    /// <summary>The mean of the training data's conditions; where these are many, the name of a file.</summary>
    private static string Typical(LoadedRun run)
    {
        using var scope = NewDisposeScope();
        var mean = run.Flow.ConditionMean!.to(float64);
        return mean.shape[0] > MaxNumbers ? "conditions.csv" : string.Join(',', mean.data<double>().Select(number => Words.Number(number, 3)));
    }
}
