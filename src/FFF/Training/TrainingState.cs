using FFF.Flows;
using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// The tensors of a trainer: parameters, the optimiser's moments and bases and the moving average of the parameters, now and as they were when
/// training was last good. With <see cref="TrainerCounters"/> they are all that a resumed run needs.
/// </summary>
internal sealed class TrainingState : IDisposable
{
    private static readonly string[] Names = ["values", "first_moment", "second_moment", "average"];
    private const string BasesName = "bases";
    private const string GoodPrefix = "good.";

    private readonly FlatParameters _parameters;
    private readonly IOptimizer _optimizer;
    private readonly double? _decay;
    private readonly Tensor? _average;
    private readonly (Tensor Now, Tensor Good) _rows;
    private readonly (Tensor Now, Tensor Good)? _bases;

    /// <summary>Moves the flow to the device and takes over its parameters.</summary>
    public TrainingState(Flow flow, TrainingConfig config, Device device)
    {
        var turns = config.Optimizer.Kind == OptimizerKind.Soap;
        _parameters = new FlatParameters(flow, device, config.Ema is null ? 2 : 3, groupsMatrices: turns);
        _decay = config.Ema;
        _average = config.Ema is null ? null : Row(3);
        _average?.copy_(_parameters.Values);
        var moments = new AdamMoments(Row(1), Row(2));
        if (turns)
        {
            var bases = zeros(Soap.Numbers(_parameters.Matrices), _parameters.Values.dtype, device).DetachFromDisposeScope();
            _optimizer = new Soap(config.Optimizer, _parameters.Matrices, moments, bases);
            _bases = (bases, bases.clone().DetachFromDisposeScope());
        }
        else
        {
            _optimizer = new Adam(config.Optimizer, moments);
        }

        _rows = (_parameters.Rows, _parameters.Rows.clone().DetachFromDisposeScope());
        Tensor Row(int index) => _parameters.Row(_parameters.Rows, index).DetachFromDisposeScope();
    }

    /// <summary>The gradients of all parameters, [P], which a backward pass adds to.</summary>
    public Tensor Gradients => _parameters.Gradients;

    /// <summary>Updates of the optimiser.</summary>
    public long Updates
    {
        get => _optimizer.Updates;
        set => _optimizer.Updates = value;
    }

    /// <summary>All tensors, to be written to: now and the last good ones.</summary>
    public IEnumerable<Tensor> All() => Kept.SelectMany(kept => (Tensor[])[kept.Now, kept.Good]);

    /// <summary>All that a return to the last good state leads back.</summary>
    private (Tensor Now, Tensor Good)[] Kept => _bases is { } bases ? [_rows, bases] : [_rows];

    /// <summary>One update of the optimiser, and of the average.</summary>
    /// <param name="rates">What the schedules give it.</param>
    public void Update(StepRates rates)
    {
        _optimizer.Update(_parameters.Values, _parameters.Gradients, rates);
        using var noGradient = no_grad();
        _average?.lerp_(_parameters.Values, NewInAverage(_optimizer.Updates));
    }

    /// <summary>How many numbers an update takes from <see cref="CorrectionsAt"/>.</summary>
    public const int Corrections = 3;

    /// <summary>What depends on the number of updates: Adam's two corrections, and how much of the average is new.</summary>
    /// <param name="updates">The update's number, from 1.</param>
    /// <param name="beta1">β₁ of the update.</param>
    public double[] CorrectionsAt(long updates, double beta1)
    {
        var (root, mean) = _optimizer.CorrectionsAt(updates, beta1);
        return [root, mean, NewInAverage(updates)];
    }

    /// <summary>
    /// One update where the device knows whether it is made, and how many were made before; <see cref="Updates"/> does not count it. Where it is not
    /// made, nothing changes.
    /// </summary>
    /// <param name="isMade">Whether it is made, [].</param>
    /// <param name="rates">What the schedules give it.</param>
    /// <param name="corrections"><see cref="CorrectionsAt"/> the update's number, in float64.</param>
    public void Update(Tensor isMade, StepRates rates, Tensor corrections)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor[] before = [.. Kept.Select(kept => kept.Now.clone())];
        _optimizer.Update(_parameters.Values, _parameters.Gradients, rates, corrections[0], corrections[1]);
        _average?.lerp_(_parameters.Values, corrections[2].to(_average.dtype));
        foreach (var (kept, old) in Kept.Zip(before))
        {
            kept.Now.copy_(where(isMade, kept.Now, old));
        }
    }

    /// <summary>Keeps the present tensors as the last good ones.</summary>
    public void KeepAsGood()
    {
        using var noGradient = no_grad();
        foreach (var (now, good) in Kept)
        {
            good.copy_(now);
        }
    }

    /// <summary>Goes back to the last good tensors, but not to the updates that the optimiser had made then.</summary>
    public void ReturnToGood()
    {
        using var noGradient = no_grad();
        foreach (var (now, good) in Kept)
        {
            now.copy_(good);
        }
    }

    /// <summary>The weights that validation, sampling and checkpoints use, under their names: the moving average where there is one; the caller's.</summary>
    public Dictionary<string, Tensor> Weights() => _parameters.Named(_average ?? _parameters.Values);

    /// <summary>Copies of all tensors under their names, in one copy from the device; the caller's.</summary>
    public Dictionary<string, Tensor> Tensors()
    {
        using var scope = NewDisposeScope();
        (string Name, Tensor Tensor)[] parts = [.. Named()];
        Tensor[] tensors = [.. parts.Select(part => part.Tensor)];
        var copies = cat(tensors, 0).cpu().split([.. tensors.Select(tensor => tensor.numel())]);
        return parts.Zip(copies).ToDictionary(part => part.First.Name, part => part.Second.clone().MoveToOuterDisposeScope());
    }

    /// <summary>Continues from <see cref="Tensors"/>.</summary>
    /// <exception cref="ArgumentException">They belong to another network.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state, long updates)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, target) in Named())
        {
            if (!state.TryGetValue(name, out var source) || !source.shape.SequenceEqual(target.shape) || source.dtype != target.dtype)
            {
                throw new ArgumentException($"The training state does not fit this network: '{name}' is "
                        + $"{(source is null ? "missing" : $"{source.dtype}[{string.Join(", ", source.shape)}]")}, expected "
                        + $"{target.dtype}[{string.Join(", ", target.shape)}].",
                    nameof(state));
            }

            if (!source.isfinite().all().item<bool>())
            {
                throw new ArgumentException(
                    $"The training state is damaged: '{name}' holds numbers that are not finite. Go on from another checkpoint of the run.", nameof(state));
            }

            target.copy_(source);
        }

        _optimizer.Updates = updates;
    }

    /// <summary>Runs something with the averaged weights in the flow.</summary>
    public T WithAverage<T>(Func<T> action)
    {
        if (_average is null)
        {
            return action();
        }

        using var noGradient = no_grad();
        using var values = _parameters.Values.clone();
        _parameters.Values.copy_(_average);
        try
        {
            return action();
        }
        finally
        {
            _parameters.Values.copy_(values);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _average?.Dispose();
        _optimizer.Dispose();
        _parameters.Dispose();
        _rows.Good.Dispose();
        _bases?.Now.Dispose();
        _bases?.Good.Dispose();
    }

    /// <summary>Of an exponential moving average 1 − min(d, (1+t)/(10+t)): while it is young its memory is shorter.</summary>
    private double NewInAverage(long updates) => 1 - Math.Min(_decay ?? 0, (1.0 + updates) / (10.0 + updates));

    /// <summary>The tensors now and the last good ones, under the names that they are saved by; views, of the scope.</summary>
    private IEnumerable<(string Name, Tensor Tensor)> Named() =>
    [
        .. Rows("", _rows.Now), .. Rows(GoodPrefix, _rows.Good),
        .. _bases is { } bases ? [(BasesName, bases.Now), (GoodPrefix + BasesName, bases.Good)] : Array.Empty<(string, Tensor)>(),
    ];

    private IEnumerable<(string Name, Tensor Tensor)> Rows(string prefix, Tensor rows) =>
        Names.Take((int)rows.shape[0]).Select((name, row) => (prefix + name, _parameters.Row(rows, row)));
}
