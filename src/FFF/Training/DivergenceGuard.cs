using FFF.Errors;

namespace FFF.Training;

/// <summary>The loss stayed non-finite although the run went back to its last good state several times.</summary>
public sealed class DivergedException(string message) : FreeFormFlowException(message);

/// <summary>What follows from a step's loss.</summary>
/// <param name="Counters">The counters with this step judged.</param>
/// <param name="Returns">Whether training goes back to its last good state, with half the learning rate.</param>
/// <param name="Warnings">What the user should know.</param>
internal sealed record GuardDecision(TrainerCounters Counters, bool Returns, IReadOnlyList<string> Warnings);

/// <summary>
/// Watches the loss. A step that is not finite is skipped, and a spike may pass; many of them in a row are the start of
/// divergence, from which training returns to its last good state.
/// </summary>
/// <param name="config">How many of them, and how often.</param>
internal sealed class DivergenceGuard(GuardConfig config)
{
    /// <summary>A step was made, with this loss.</summary>
    public GuardDecision Made(double loss, TrainerCounters counters)
    {
        if (!counters.Level.IsSpike(loss, config.SpikeDeviations))
        {
            return new(counters with { BadInARow = 0, Level = counters.Level.Add(loss) }, Returns: false, []);
        }

        counters = counters with { Spikes = counters.Spikes + 1, BadInARow = counters.BadInARow + 1 };
        return (counters.BadInARow < config.MaxSkipped, counters.Returns < config.MaxReturns) switch
        {
            (true, _) => new(counters, Returns: false, []),
            (_, true) => Return(counters, $"a loss of {loss:G4}, far above its mean of {counters.Level.Mean:G4}, stayed for {counters.BadInARow} steps", []),
            _ => new(
                counters with { BadInARow = 0, Level = default },
                Returns: false,
                [$"Step {counters.Step + 1}: the loss stays at {loss:G4}, far above its mean of {counters.Level.Mean:G4}, "
                    + $"after {counters.Returns} returns to the last good state; the run goes on from here."]),
        };
    }

    /// <summary>A step was not made, as its loss or gradient is not finite.</summary>
    /// <exception cref="DivergedException">The loss does not become finite again.</exception>
    public GuardDecision Skipped(TrainerCounters counters)
    {
        counters = counters with { Skipped = counters.Skipped + 1, BadInARow = counters.BadInARow + 1 };
        string[] first = counters.BadInARow == 1 ? [$"Step {counters.Step + 1}: the loss or its gradient is not finite; the step is skipped."] : [];
        if (counters.BadInARow < config.MaxSkipped)
        {
            return new(counters, Returns: false, first);
        }

        return counters.Returns < config.MaxReturns
            ? Return(counters, $"{counters.BadInARow} steps in a row were not finite or spikes", first)
            : throw new DivergedException($"Step {counters.Step + 1}: the loss is still not finite after {counters.Returns} returns to the last good state. "
                + "Lower training.optimizer.learning_rate, set training.gradient_clip, or check the data for extreme values.");
    }

    private static GuardDecision Return(TrainerCounters counters, string reason, IReadOnlyList<string> before)
    {
        var returned = counters with { Updates = counters.GoodUpdates, BadInARow = 0, Returns = counters.Returns + 1, RateFactor = counters.RateFactor / 2 };
        var warning = $"Step {counters.Step + 1}: {reason}; back to the weights of {counters.GoodUpdates} updates with half the learning rate (factor "
            + $"{returned.RateFactor}).";
        return new(returned, Returns: true, [.. before, warning]);
    }
}
