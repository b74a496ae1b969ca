using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// Leaves to the device whether a step is made, and keeps the numbers of steps there until they are read all at once: the host goes ahead, and
/// neither waits for the other. How many updates were made is counted on the device; what follows from that number is looked up in a table.
/// </summary>
internal sealed class DeviceUpdater : IUpdater
{
    /// <summary>The most values that a step has.</summary>
    private const int MaxValues = 5;

    private readonly TrainingState _state;
    private readonly Func<Tensor, double[]> _read;
    private readonly int _capacity;
    private readonly List<StepTerms> _steps = [];
    private readonly Tensor? _clip;
    private readonly Tensor _values;
    private readonly Tensor _corrections;
    private readonly Tensor _made;
    private double _beta1;

    /// <summary>Keeps the numbers of so many steps at most.</summary>
    /// <param name="state">What is updated.</param>
    /// <param name="clip">The largest norm of the gradient; null for no limit.</param>
    /// <param name="read">Reads from the device.</param>
    /// <param name="capacity">K.</param>
    public DeviceUpdater(TrainingState state, double? clip, Func<Tensor, double[]> read, int capacity)
    {
        (_state, _read, _capacity) = (state, read, capacity);
        var device = state.Gradients.device;
        _clip = clip is { } limit ? tensor(limit, float64, device).DetachFromDisposeScope() : null;
        _values = zeros(capacity, MaxValues, float64, device).DetachFromDisposeScope();
        _corrections = zeros(capacity, TrainingState.Corrections, float64, device).DetachFromDisposeScope();
        _made = zeros(1, 1, int64, device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public int Unread => _steps.Count;

    /// <inheritdoc/>
    public void Make(StepNumbers step, StepRates rates)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (_steps.Count == 0)
        {
            _made.zero_();
        }

        if (_steps.Count == 0 || rates.Beta1 != _beta1)
        {
            Tabulate(rates.Beta1);
        }

        var values = _values[_steps.Count];
        values.narrow(0, 0, step.Values.shape[0]).copy_(step.Values);
        _steps.Add(step.Has);

        // 0 times what is not finite is not 0.
        var isMade = values.narrow(0, 0, 2).mul(0).sum().eq(0);
        if (_clip is not null)
        {
            _state.Gradients.mul_(_clip.div(values[1]).clamp_max_(1));
        }

        _state.Update(isMade, rates, _corrections.gather(0, _made.expand(1, TrainingState.Corrections))[0]);
        _made.add_(isMade);
    }

    /// <inheritdoc/>
    public IReadOnlyList<StepOutcome> Read()
    {
        if (_steps.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var values = _read(_values.narrow(0, 0, _steps.Count).flatten());
        StepOutcome[] outcomes = [.. _steps.Select((has, i) => StepOutcome.Of(values.AsSpan(i * MaxValues, MaxValues), has))];
        _steps.Clear();
        return outcomes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clip?.Dispose();
        _values.Dispose();
        _corrections.Dispose();
        _made.Dispose();
    }

    /// <summary>The table for the updates that may come before the next reading.</summary>
    private void Tabulate(double beta1)
    {
        _beta1 = beta1;
        double[] table = [.. Enumerable.Range(1, _capacity).SelectMany(update => _state.CorrectionsAt(_state.Updates + update, beta1))];
        _corrections.copy_(OneCopy.To(_corrections.device, tensor(table, float64).view(_corrections.shape))[0]!);
    }
}
