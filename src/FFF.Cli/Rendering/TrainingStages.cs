using FFF.Evaluations;
using FFF.Experiments;
using FFF.Runs;

namespace FFF.Cli.Rendering;

/// <summary>Shows a run through its training and its evaluations: progress on stderr, results on stdout.</summary>
/// <param name="view">Shows the training.</param>
/// <param name="showResults">Whether results are shown as tables.</param>
internal sealed class TrainingStages(ITrainingView view, bool showResults) : IRunObserver
{
    /// <summary>Whether the training is over.</summary>
    public bool IsTrained { get; private set; }

    public RunStatus Train(Func<RunStatus> training)
    {
        var status = view.Show(training);
        IsTrained = true;
        return status;
    }

    public EvaluationResult Evaluate(IEvaluation evaluation, Func<IProgress<EvaluationProgress>?, EvaluationResult> work)
    {
        var progress = new EvaluationView();
        return progress.Show(() => work(progress));
    }

    public void OnResult(IEvaluation evaluation, EvaluationResult result)
    {
        if (showResults)
        {
            Screen.Out.Write(Tables.Of(result.Table));
        }
    }
}
