using System.Diagnostics;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Flows;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>The loss stayed non-finite although the run went back to its last good state several times.</summary>
public sealed class DivergedException(string message) : Exception(message);

/// <summary>Minimises a method's objective on (standardised) samples.</summary>
/// <remarks>
/// Every random number follows from the seed and the step, and the state is complete: a run that was interrupted after
/// any step and continued from its state ends, on a CPU, with the same bits as one that was not.
/// </remarks>
public sealed class Trainer : IDisposable
{
    private readonly Flow _flow;
    private readonly IObjective _objective;
    private readonly TrainingConfig _config;
    private readonly Batches _batches;
    private readonly Validator? _validator;
    private readonly long _seed;
    private readonly FlatParameters _parameters;
    private readonly Adam _adam;
    private readonly Tensor? _average;
    private readonly Tensor[] _good;

    /// <summary>Moves flow and samples to the device and takes over the flow's parameters.</summary>
    /// <param name="flow">What is trained.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="train">The samples, standardised.</param>
    /// <param name="validator">Validates; null where there are no validation data.</param>
    /// <param name="config">How.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="device">Where.</param>
    public Trainer(Flow flow, IObjective objective, Samples train, Validator? validator, TrainingConfig config, long seed, Device device)
    {
        (_flow, _objective, _validator, _config, _seed) = (flow, objective, validator, config, seed);
        _batches = new Batches(train.To(device), config.BatchSize, seed);
        _parameters = new FlatParameters(flow, device);
        _adam = new Adam(config.Optimizer, _parameters.Values);
        _average = config.Ema is null ? null : _parameters.Values.clone().DetachFromDisposeScope();
        _good = [.. StateTensors().Select(t => t.clone().DetachFromDisposeScope())];
    }

    /// <summary>The numbers of the state.</summary>
    public TrainerCounters Counters { get; private set; } = new();

    /// <summary>Steps in an epoch.</summary>
    public long StepsPerEpoch => _batches.PerEpoch;

    /// <summary>Steps in the whole run.</summary>
    public long TotalSteps => StepsPerEpoch * _config.Epochs;

    /// <summary>Epochs done.</summary>
    public int Epoch => (int)(Counters.Step / StepsPerEpoch);

    /// <summary>Whether it validates, and does not make a step.</summary>
    public bool IsValidating { get; private set; }

    private double Progress => (double)Counters.Step / TotalSteps;

    /// <summary>Trains to the end, or until asked to stop; then the state is whole and a checkpoint has been asked for.</summary>
    /// <returns>Whether the run is complete.</returns>
    /// <exception cref="DivergedException">The loss does not become finite again.</exception>
    public bool Run(ITrainingObserver observer, CancellationToken stop = default)
    {
        var clock = Stopwatch.StartNew();
        var (firstStep, last) = (Counters.Step, (EpochMetrics?)null);
        while (Counters.Step < TotalSteps && !Counters.Stopped)
        {
            if (stop.IsCancellationRequested)
            {
                observer.OnCheckpoint(this, best: false);
                return false;
            }

            Step(observer);
            if (Counters.Step % StepsPerEpoch == 0)
            {
                var metrics = EndEpoch(observer, clock.Elapsed.TotalSeconds);
                last = metrics with { Validation = metrics.Validation ?? last?.Validation };
            }

            var perStep = clock.Elapsed / (Counters.Step - firstStep);
            observer.OnStep(new(Counters.Step, TotalSteps, (int)((Counters.Step - 1) / StepsPerEpoch) + 1,
                _batches.MeanSize / perStep.TotalSeconds, perStep * (TotalSteps - Counters.Step), last));
        }

        return true;
    }

    /// <summary>One step: batch, objective, gradient, update; skipped where loss or gradient are not finite.</summary>
    public void Step(ITrainingObserver observer)
    {
        using var scope = NewDisposeScope();
        var (batch, weight) = _batches.At(Epoch, Counters.Step % StepsPerEpoch);
        _parameters.Gradients.zero_();
        var terms = _objective.Evaluate(batch, Progress, _seed, Counters.Step);
        terms.Loss.backward([full_like(terms.Loss, weight)]);
        var gradientNorm = _parameters.Gradients.norm();
        var (loss, norm, latentNll, reconstruction) = Numbers(terms, gradientNorm);

        if (double.IsFinite(loss) && double.IsFinite(norm))
        {
            if (_config.GradientClip is { } limit && norm > limit)
            {
                _parameters.Gradients.mul_(limit / norm);
            }

            _adam.Update(_parameters.Values, _parameters.Gradients, CurrentLearningRate);
            UpdateAverage();
            Counters = Counters with
            {
                Updates = _adam.Updates,
                Sums = Counters.Sums.Add(loss, latentNll, reconstruction, norm),
            };
            Watch(loss, observer);
        }
        else
        {
            Skip(observer);
        }

        Counters = Counters with { Step = Counters.Step + 1 };
    }

    /// <summary>The weights that validation, sampling and checkpoints use: the moving average where there is one.</summary>
    public Dictionary<string, Tensor> Weights() => _parameters.Named(_average ?? _parameters.Values);

    /// <summary>The state's tensors under their names, in one copy from the device; with <see cref="Counters"/>, all that a resumed run needs.</summary>
    public Dictionary<string, Tensor> State()
    {
        using var scope = NewDisposeScope();
        (string Name, Tensor Tensor)[] parts = [.. NamedState()];
        Tensor[] tensors = [.. parts.Select(part => part.Tensor)];
        var copies = cat(tensors, 0).cpu().split([.. tensors.Select(tensor => tensor.numel())]);
        return parts.Zip(copies).ToDictionary(part => part.First.Name, part => part.Second.clone().MoveToOuterDisposeScope());
    }

    /// <summary>Continues from a state.</summary>
    /// <exception cref="ArgumentException">The state belongs to another network, or the numbers to no run of this length.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state, TrainerCounters counters)
    {
        if (counters.Step < 0 || counters.Step > TotalSteps || counters.Updates < 0 || counters.Updates > counters.Step || counters.GoodUpdates < 0)
        {
            throw new ArgumentException($"The training state is damaged: {counters.Updates} updates in {counters.Step} of {TotalSteps} steps cannot be.", nameof(counters));
        }

        using var noGradient = no_grad();
        foreach (var (name, target) in NamedState())
        {
            if (!state.TryGetValue(name, out var source) || !source.shape.SequenceEqual(target.shape) || source.dtype != target.dtype)
            {
                throw new ArgumentException($"The training state does not fit this network: '{name}' is {(source is null ? "missing" : $"{source.dtype}[{string.Join(", ", source.shape)}]")}, expected {target.dtype}[{string.Join(", ", target.shape)}].", nameof(state));
            }

            target.copy_(source);
        }

        Counters = counters;
        _adam.Updates = counters.Updates;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parameters.Dispose();
        _adam.Dispose();
        _average?.Dispose();
        _batches.Dispose();
        foreach (var tensor in _good)
        {
            tensor.Dispose();
        }
    }

    /// <summary>Brings a step's numbers from the device at once: the only time that a step waits for the device.</summary>
    private (double Loss, double Norm, double? LatentNll, double? Reconstruction) Numbers(ObjectiveTerms terms, Tensor gradientNorm)
    {
        Tensor[] parts = [.. new[] { terms.Loss, gradientNorm, terms.LatentNll, terms.Reconstruction }.OfType<Tensor>().Select(part => part.detach())];
        var numbers = new Queue<double>(HostRead(stack(parts, 0)));
        double? Next(Tensor? part) => part is null ? null : numbers.Dequeue();
        return (numbers.Dequeue(), numbers.Dequeue(), Next(terms.LatentNll), Next(terms.Reconstruction));
    }

    /// <summary>How a step reads from the device, [n] to n numbers; replaced in tests, which count it.</summary>
    internal Func<Tensor, double[]> HostRead { get; init; } = values => values.to(float64).cpu().data<double>().ToArray();

    private double CurrentLearningRate =>
        _config.Optimizer.LearningRate * Counters.RateFactor * LearningRate.Factor(_config.Schedule, Progress, Epoch);

    /// <summary>Exponential moving average, with a shorter memory while it is young: decay min(d, (1+t)/(10+t)).</summary>
    private void UpdateAverage()
    {
        if (_average is not null)
        {
            using var noGradient = no_grad();
            var decay = Math.Min(_config.Ema!.Value, (1.0 + _adam.Updates) / (10.0 + _adam.Updates));
            _average.mul_(decay).add_(_parameters.Values, alpha: 1 - decay);
        }
    }

    /// <summary>A spike may pass, and its step counts; many in a row are the start of divergence.</summary>
    private void Watch(double loss, ITrainingObserver observer)
    {
        if (!Counters.Level.IsSpike(loss, _config.Guard.SpikeDeviations))
        {
            Counters = Counters with { BadInARow = 0, Level = Counters.Level.Add(loss) };
            return;
        }

        Counters = Counters with { Spikes = Counters.Spikes + 1, BadInARow = Counters.BadInARow + 1 };
        if (Counters.BadInARow < _config.Guard.MaxSkipped)
        {
            return;
        }

        if (Counters.Returns < _config.Guard.MaxReturns)
        {
            Return($"a loss of {loss:G4}, far above its mean of {Counters.Level.Mean:G4}, stayed for {Counters.BadInARow} steps", observer);
        }
        else
        {
            observer.OnWarning($"Step {Counters.Step + 1}: the loss stays at {loss:G4}, far above its mean of {Counters.Level.Mean:G4}, after {Counters.Returns} returns to the last good state; the run goes on from here.");
            Counters = Counters with { BadInARow = 0, Level = default };
        }
    }

    private void Skip(ITrainingObserver observer)
    {
        Counters = Counters with { Skipped = Counters.Skipped + 1, BadInARow = Counters.BadInARow + 1 };
        if (Counters.BadInARow == 1)
        {
            observer.OnWarning($"Step {Counters.Step + 1}: the loss or its gradient is not finite; the step is skipped.");
        }

        if (Counters.BadInARow < _config.Guard.MaxSkipped)
        {
            return;
        }

        if (Counters.Returns == _config.Guard.MaxReturns)
        {
            throw new DivergedException($"Step {Counters.Step + 1}: the loss is still not finite after {Counters.Returns} returns to the last good state. Lower training.optimizer.learning_rate, set training.gradient_clip, or check the data for extreme values.");
        }

        Return($"{Counters.BadInARow} steps in a row were not finite or spikes", observer);
    }

    /// <summary>Back to the last good state, with half the learning rate.</summary>
    private void Return(string reason, ITrainingObserver observer)
    {
        using var noGradient = no_grad();
        foreach (var (target, good) in StateTensors().Zip(_good))
        {
            target.copy_(good);
        }

        _adam.Updates = Counters.GoodUpdates;
        Counters = Counters with { Updates = Counters.GoodUpdates, BadInARow = 0, Returns = Counters.Returns + 1, RateFactor = Counters.RateFactor / 2 };
        observer.OnWarning($"Step {Counters.Step + 1}: {reason}; back to the weights of {Counters.GoodUpdates} updates with half the learning rate (factor {Counters.RateFactor}).");
    }

    private EpochMetrics EndEpoch(ITrainingObserver observer, double seconds)
    {
        var sums = Counters.Sums;
        var validate = _validator is not null && (Epoch % _config.ValidateEvery == 0 || Counters.Step == TotalSteps);
        IsValidating = validate;
        var validation = validate ? WithAverage(_validator!.Validate) : null;
        IsValidating = false;
        var metrics = new EpochMetrics(Epoch, Counters.Step, seconds, CurrentLearningRate, _objective.BetaAt(Progress),
            sums.Loss / sums.Count, sums.LatentNll / sums.Count, sums.Reconstruction / sums.Count, sums.GradientNorm / sums.Count,
            Counters.Skipped, Counters.Spikes, validation);
        Counters = Counters with { Sums = default };
        KeepGoodState();
        var best = validation is not null && Judge(validation, observer);
        observer.OnEpoch(metrics);
        if (best || Epoch % _config.ValidateEvery == 0 || _config.Checkpoints.IsKept(Epoch) || Counters.Step == TotalSteps || Counters.Stopped)
        {
            observer.OnCheckpoint(this, best);
        }

        return metrics;
    }

    /// <summary>Whether this validation is the best so far; lowers the rate on a plateau, stops early where asked.</summary>
    private bool Judge(ValidationMetrics validation, ITrainingObserver observer)
    {
        if (validation.Objective < Counters.Best)
        {
            Counters = Counters with { Best = validation.Objective, SinceBest = 0, SincePlateau = 0 };
            return true;
        }

        Counters = Counters with { SinceBest = Counters.SinceBest + 1, SincePlateau = Counters.SincePlateau + 1 };
        if (_config.Schedule is PlateauSchedule plateau && Counters.SincePlateau >= plateau.Patience)
        {
            Counters = Counters with { SincePlateau = 0, RateFactor = Counters.RateFactor * plateau.Factor };
        }

        if (Counters.SinceBest >= _config.EarlyStopping)
        {
            Counters = Counters with { Stopped = true };
            observer.OnWarning($"Epoch {Epoch}: stopped early, {Counters.SinceBest} validations in a row have not improved the best.");
        }

        return false;
    }

    /// <summary>An epoch's end is a good state when its last step was neither skipped nor a spike.</summary>
    private void KeepGoodState()
    {
        if (Counters.BadInARow > 0)
        {
            return;
        }

        using var noGradient = no_grad();
        foreach (var (good, source) in _good.Zip(StateTensors()))
        {
            good.copy_(source);
        }

        Counters = Counters with { GoodUpdates = _adam.Updates };
    }

    /// <summary>Runs something with the averaged weights in the flow.</summary>
    private T WithAverage<T>(Func<Flow, T> action)
    {
        if (_average is null)
        {
            return action(_flow);
        }

        using var noGradient = no_grad();
        using var values = _parameters.Values.clone();
        _parameters.Values.copy_(_average);
        try
        {
            return action(_flow);
        }
        finally
        {
            _parameters.Values.copy_(values);
        }
    }

    /// <summary>The state now and the last good one, under the names that they are saved by.</summary>
    private IEnumerable<(string Name, Tensor Tensor)> NamedState()
    {
        string[] names = ["values", "first_moment", "second_moment", "average"];
        return names.Zip(StateTensors()).Concat(names.Select(name => "good." + name).Zip(_good));
    }

    private IEnumerable<Tensor> StateTensors() =>
        new[] { _parameters.Values, _adam.FirstMoment, _adam.SecondMoment, _average }.OfType<Tensor>();
}
