namespace FFF.Evaluations;

/// <summary>An evaluation that is ready to be carried out.</summary>
/// <param name="Words">How much will be evaluated, in words that follow the checkpoint's name, such as "1,000 test samples".</param>
/// <param name="Run">Carries it out, once.</param>
/// <param name="Data">What was read for it, to be disposed with the plan; null where there is nothing.</param>
public sealed record EvaluationPlan(string Words, Func<EvaluationResult> Run, IDisposable? Data = null) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Data?.Dispose();
}
