using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>Reads the numbers of each step before its update, which costs nothing on a CPU, and lets it have the kernels there.</summary>
/// <param name="state">What is updated.</param>
/// <param name="clip">The largest norm of the gradient; null for no limit.</param>
/// <param name="read">Reads from the device.</param>
internal sealed class HostUpdater(TrainingState state, double? clip, Func<Tensor, double[]> read) : IUpdater
{
    private readonly List<StepOutcome> _outcomes = [];

    /// <inheritdoc/>
    public int Unread => _outcomes.Count;

    /// <inheritdoc/>
    public void Make(StepNumbers step, StepRates rates)
    {
        var outcome = StepOutcome.Of(read(step.Values), step.Has);
        _outcomes.Add(outcome);
        if (!outcome.IsFinite)
        {
            return;
        }

        if (clip is { } limit && outcome.GradientNorm > limit)
        {
            state.Gradients.mul_(limit / outcome.GradientNorm);
        }

        state.Update(rates);
    }

    /// <inheritdoc/>
    public IReadOnlyList<StepOutcome> Read()
    {
        StepOutcome[] outcomes = [.. _outcomes];
        _outcomes.Clear();
        return outcomes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
