using FFF.Flows;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// The tensors of a trainer: parameters, moments of Adam and the moving average of the parameters, now and as they were when
/// training was last good. With <see cref="TrainerCounters"/> they are all that a resumed run needs.
/// </summary>
internal sealed class TrainingState : IDisposable
{
    private static readonly string[] Names = ["values", "first_moment", "second_moment", "average"];

    private readonly FlatParameters _parameters;
    private readonly Adam _adam;
    private readonly double? _decay;
    private readonly Tensor? _average;
    private readonly Tensor[] _good;

    /// <summary>Moves the flow to the device and takes over its parameters.</summary>
    public TrainingState(Flow flow, TrainingConfig config, Device device)
    {
        _parameters = new FlatParameters(flow, device);
        _adam = new Adam(config.Optimizer, _parameters.Values);
        _decay = config.Ema;
        _average = config.Ema is null ? null : _parameters.Values.clone().DetachFromDisposeScope();
        _good = [.. Now().Select(t => t.clone().DetachFromDisposeScope())];
    }

    /// <summary>The gradients of all parameters, [P], which a backward pass adds to.</summary>
    public Tensor Gradients => _parameters.Gradients;

    /// <summary>Updates of the optimiser.</summary>
    public long Updates
    {
        get => _adam.Updates;
        set => _adam.Updates = value;
    }

    /// <summary>All tensors, to be written to: now and the last good ones.</summary>
    public IEnumerable<Tensor> All() => Now().Concat(_good);

    /// <summary>One update of the optimiser, and of the average.</summary>
    /// <param name="learningRate">η.</param>
    public void Update(double learningRate)
    {
        _adam.Update(_parameters.Values, _parameters.Gradients, learningRate);
        if (_average is not null)
        {
            // Exponential moving average, with a shorter memory while it is young: decay min(d, (1+t)/(10+t)).
            using var noGradient = no_grad();
            var decay = Math.Min(_decay!.Value, (1.0 + _adam.Updates) / (10.0 + _adam.Updates));
            _average.mul_(decay).add_(_parameters.Values, alpha: 1 - decay);
        }
    }

    /// <summary>Keeps the present tensors as the last good ones.</summary>
    public void KeepAsGood() => Copy(Now(), _good);

    /// <summary>Goes back to the last good tensors.</summary>
    /// <param name="updates">The updates that the optimiser had made then.</param>
    public void ReturnToGood(long updates)
    {
        Copy(_good, Now());
        _adam.Updates = updates;
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

        _adam.Updates = updates;
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
        _parameters.Dispose();
        _adam.Dispose();
        _average?.Dispose();
        foreach (var tensor in _good)
        {
            tensor.Dispose();
        }
    }

    private static void Copy(IEnumerable<Tensor> from, IEnumerable<Tensor> to)
    {
        using var noGradient = no_grad();
        foreach (var (source, target) in from.Zip(to))
        {
            target.copy_(source);
        }
    }

    /// <summary>The tensors now and the last good ones, under the names that they are saved by.</summary>
    private IEnumerable<(string Name, Tensor Tensor)> Named() => Names.Zip(Now()).Concat(Names.Select(name => "good." + name).Zip(_good));

    private IEnumerable<Tensor> Now() => new[] { _parameters.Values, _adam.FirstMoment, _adam.SecondMoment, _average }.OfType<Tensor>();
}
