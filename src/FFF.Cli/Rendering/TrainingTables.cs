using FFF.Configuration;
using FFF.Experiments;
using Spectre.Console.Rendering;
using static TorchSharp.torch;

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
            ("samples", $"{Words.Count(data.Train.Count)} for training, {Words.Count(data.Validation.Count)} for validation, {Words.Count(data.Test?.Count ?? 0)} for the test"),
            ("dimensions", $"{data.Dimension}, and {data.ConditionDimension} conditions"),
            ("method", MethodKeys.Name(run.Experiment.Method)),
            ("parameters", Words.Count(run.ParameterCount)),
            ("steps", $"{Words.Count(run.TotalSteps)} in {Words.Count(training.Epochs)} epochs, batches of {Words.Count(Math.Min(training.BatchSize, data.Train.Count))}"),
            ("device", $"{run.Flow.Device}, {Words.Threads(get_num_threads())}"),
            ("seed", $"{run.Experiment.Seed}"),
            ("evaluations", run.Experiment.Evaluate.Count == 0 ? "none" : string.Join(", ", run.Experiment.Evaluate.Select(Name))),
        ]);
    }

    private static string Name(EvaluationConfig evaluation) => evaluation switch
    {
        C2stEvaluation c2st => $"c2st (observations {c2st.Observations})",
        NllEvaluation nll => nll.Samples is { } samples ? $"nll ({Words.Count(samples)} samples)" : "nll",
        ReweightingEvaluation boltzmann => boltzmann.Limit ? "boltzmann" : "boltzmann (without the entropy limit)",
        _ => throw new InvalidOperationException($"Unknown kind of evaluation: {evaluation.GetType()}"),
    };
}
