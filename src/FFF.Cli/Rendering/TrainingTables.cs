using FFF.Configuration;
using FFF.Datasets;
using FFF.Evaluations;
using FFF.Experiments;
using FFF.Formats;
using FFF.Options;
using FFF.Runs;
using FFF.Spaces;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>What a training would do, for people.</summary>
internal static class TrainingTables
{
    public static IRenderable Plan(TrainingRun run, string folder)
    {
        var (data, training) = (run.Dataset, run.Experiment.Training);
        return Tables.Pairs(
        [
            ("run", folder),
            ("data", data.Name),
            ("samples", $"{Words.Count(data.Train.Count)} for training, {Words.Count(data.Validation.Count)} for validation, "
                + $"{Words.Count(data.Test?.Count ?? 0)} for the test"),
            data.Train.Space is MoleculeSpace shape
                ? ("molecules", Sizes(shape))
                : ("dimensions", $"{data.Dimension}, and {NumberText.Counted(data.ConditionDimension, "condition")}"),
            ("method", MethodKeys.Name(run.Experiment.Method) + (run.Flow.Ensemble > 1 ? $", an ensemble of {Words.Count(run.Flow.Ensemble)}" : "")),
            ("parameters", Words.Count(run.ParameterCount)),
            ("steps", $"{Words.Count(run.TotalSteps)} in {NumberText.Counted(training.Epochs, "epoch")}, batches of "
                + $"{Words.Count(Math.Min(training.BatchSize, data.Train.Count))}"),
            ("device", $"{run.DeviceChoice.Device}, {run.DeviceChoice.Reason}; {Threads(run.ThreadCandidates)}"),
            ("seed", $"{run.Experiment.Seed}"),
            ("evaluations", run.Experiment.Evaluate.Count == 0 ? "none"
                : string.Join(", ", run.Experiment.Evaluate.Select(evaluation => Name(evaluation, data)))),
        ]);
    }

    /// <summary>The same for machines.</summary>
    /// <param name="run">The training.</param>
    /// <param name="folder">The run that goes on; null for a new one.</param>
    public static TrainingPlan PlanOf(TrainingRun run, RunFolder? folder)
    {
        var (data, training) = (run.Dataset, run.Experiment.Training);
        return new(
            folder?.Path, data.Name, data.Train.Count, data.Validation.Count, data.Test?.Count ?? 0, data.Dimension, data.ConditionDimension,
            MethodKeys.Name(run.Experiment.Method), run.ParameterCount, run.TotalSteps, training.Epochs, Math.Min(training.BatchSize, data.Train.Count),
            run.DeviceChoice.Device.ToString()!, run.ThreadCandidates[^1], run.Experiment.Seed, [.. run.Experiment.Evaluate.Select(Kinds.NameOf)]);
    }

    private static string Threads(IReadOnlyList<int> candidates) =>
        candidates is [var only] ? Words.Threads(only)
            : $"{string.Join(", ", candidates.SkipLast(1))} or {Words.Threads(candidates[^1])}, by trials at the start";

    /// <summary>Their elements, and how many atoms they have.</summary>
    private static string Sizes(MoleculeSpace shape)
    {
        var sizes = shape.AtomCounts.Index().Where(entry => entry.Item > 0).Select(entry => entry.Index).ToList();
        var mean = shape.AtomCounts.Index().Sum(entry => (double)entry.Index * entry.Item) / shape.AtomCounts.Sum();
        var atoms = sizes is [var only] ? $"{only} atoms" : $"{sizes[0]} to {sizes[^1]} atoms, {Words.Fixed(mean, 1)} on average";
        return $"of {Elements.List(shape.AtomicNumbers.Select(number => (Element)number))}, with {atoms}; {shape.Nodes.Width} numbers for each atom";
    }

    private static string Name(EvaluationConfig evaluation, Dataset dataset) =>
        $"{Kinds.NameOf(evaluation)}{(((IEvaluation)evaluation).ScopeOn(dataset) is { } scope ? $" ({scope})" : "")}";
}
