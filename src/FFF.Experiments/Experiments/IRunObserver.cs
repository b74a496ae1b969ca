using FFF.Evaluations;
using FFF.Runs;

namespace FFF.Experiments;

/// <summary>Sees a run through its training and its evaluations. Whatever it leaves out is done all the same.</summary>
public interface IRunObserver
{
    /// <summary>Takes no notice.</summary>
    internal static IRunObserver None { get; } = new Silent();

    /// <summary>Has the training done, around which it may show how it goes.</summary>
    /// <param name="training">Trains.</param>
    /// <returns>What that gives.</returns>
    RunStatus Train(Func<RunStatus> training) => training();

    /// <summary>Has an evaluation carried out, around which it may show how it goes.</summary>
    /// <param name="evaluation">Which one.</param>
    /// <param name="work">Carries it out, and tells its progress where somebody is given.</param>
    /// <returns>What that gives.</returns>
    EvaluationResult Evaluate(IEvaluation evaluation, Func<IProgress<EvaluationProgress>?, EvaluationResult> work) => work(null);

    /// <summary>The result of an evaluation has been kept.</summary>
    void OnResult(IEvaluation evaluation, EvaluationResult result)
    {
    }

    private sealed class Silent : IRunObserver;
}
