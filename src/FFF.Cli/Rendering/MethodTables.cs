using FFF.Options;
using FFF.Runs;
using FFF.Sweeps;
using Spectre.Console;

namespace FFF.Cli.Rendering;

/// <summary>Methods beside each other, a row each.</summary>
internal static class MethodTables
{
    /// <summary>What will be trained. All that a method sets would be wider than any screen: its run's configuration says it.</summary>
    public static FittingTable Plan(SweepPlan plan)
    {
        var table = Tables.Create(("method", Justify.Left), ("run", Justify.Left), ("epochs", Justify.Right), ("batch", Justify.Right),
            ("learning rate", Justify.Right), ("seed", Justify.Right));
        foreach (var (trial, record) in plan.Trials.Select(trial => (trial, SweepFolder.Record(trial))))
        {
            var training = trial.Experiment.Training;
            table.Row(Kinds.NameOf(trial.Experiment.Method), record.Run, Words.Count(training.Epochs), Words.Count(training.BatchSize),
                Words.Number(training.Optimizer.LearningRate, 3), $"{record.Seed}");
        }

        return table;
    }

    public static FittingTable Of(IReadOnlyList<ComparedMethod> methods)
    {
        var hasC2st = methods.Any(method => method.C2st is not null);
        var table = Tables.Create(
        [
            ("method", Justify.Left), new("run", Justify.Left, IsOptional: true), new("status", Justify.Left, IsOptional: true),
            ("validation NLL", Justify.Right), new("best epoch", Justify.Right, IsOptional: true), ("test NLL", Justify.Right), ("training", Justify.Right),
            ("samples/s", Justify.Right),
            .. hasC2st ? [("C2ST", Justify.Right)] : Array.Empty<TableColumn>(),
        ]);
        foreach (var method in methods)
        {
            table.Row(
            [
                method.Method, method.Run ?? "", method.Status.ToString().ToLowerInvariant(),
                method.Validation is { } nll ? Words.Fixed(nll, 3) + (method.IsDoubtful ? RunDoubts.Mark : "") : "",
                method.BestEpoch is { } epoch ? $"{Words.Count(epoch)} of {Words.Count(method.Epochs ?? 0)}" : "",
                method.Test is { } test ? Words.Fixed(test, 3) : "",
                method.Seconds is { } seconds ? Words.Duration(TimeSpan.FromSeconds(seconds)) : "",
                method.SamplesPerSecond is { } rate ? Words.Count((long)rate) : "",
                .. hasC2st ? [method.C2st is { } c2st ? Words.Fixed(c2st, 3) : ""] : Array.Empty<string>(),
            ]);
        }

        return table;
    }
}
