using FFF.Datasets;
using FFF.Evaluations;
using FFF.Figures;
using FFF.Options;
using FFF.Plots;
using FFF.Runs;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>What follows a training: the evaluations that the experiment names, and the pictures that every run has.</summary>
internal static class RunEvaluations
{
    /// <summary>Evaluates the run's best checkpoint, keeps all results, and draws the pictures.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="device">Where the flow shall live.</param>
    /// <param name="dataset">The data that it was trained on.</param>
    /// <param name="observer">Sees each evaluation through.</param>
    /// <param name="warn">Is told what does no harm but should be known.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>: what was kept until then stays.</param>
    /// <returns>How many evaluations there were.</returns>
    public static int CarryOut(RunFolder folder, Device device, Dataset dataset, IRunObserver observer, Action<string>? warn, CancellationToken stop)
    {
        using var trained = LoadedRun.Load(folder, "best", device);
        var run = new EvaluatedRun(trained, dataset);
        foreach (var config in trained.Experiment.Evaluate.Distinct())
        {
            stop.ThrowIfCancellationRequested();
            var evaluation = (IEvaluation)config;
            var result = observer.Evaluate(evaluation, progress => Run(evaluation, run, new() { Progress = progress, Warn = warn, Stop = stop }));

            // What the experiment asks for is all of it, even where it is a part of what there could be.
            EvaluationFiles.Keep(folder, Kinds.NameOf(config), result with { Part = null });
            foreach (var doubt in result.Doubts)
            {
                warn?.Invoke(doubt);
            }

            observer.OnResult(evaluation, result);
        }

        Draw(folder, trained, dataset, warn);
        RunPresence.Require(folder); // It has the pictures, or at least room for them.
        return trained.Experiment.Evaluate.Count;
    }

    private static EvaluationResult Run(IEvaluation evaluation, EvaluatedRun run, EvaluationWork work)
    {
        using var plan = evaluation.Prepare(run, work);
        return plan.Run();
    }

    /// <summary>A run without pictures is still a run.</summary>
    private static void Draw(RunFolder folder, LoadedRun trained, Dataset dataset, Action<string>? warn)
    {
        try
        {
            RunPictures.Draw(folder, trained.Flow, dataset, trained.Experiment.Method);
        }
        catch (PictureException e)
        {
            warn?.Invoke(e.Message);
        }
    }
}
