using System.Diagnostics;
using System.Globalization;
using FFF.Distributed;
using FFF.Flows;
using FFF.Native;
using FFF.Options;
using FFF.Spaces;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>Minimises a method's objective on (transformed) samples.</summary>
/// <remarks>
/// <para>
/// Every random number follows from the seed and the step, and the state is complete: a run that was interrupted after
/// any step and continued from its state ends, on a CPU, with the same bits as one that was not.
/// </para>
/// <para>
/// On a GPU the numbers of steps are read for <see cref="StepsOfReading"/> steps at once, counted from the start of the epoch, and at its end. The guard then
/// judges the steps in their order. Where it leads back to the last good state, the steps behind that one, up to the end of these, are lost: they count for
/// nothing, whether they have been made or not. So it changes nothing that a run is stopped and its numbers are read in between.
/// </para>
/// </remarks>
public sealed class Trainer : IDisposable
{
    private readonly Flow _flow;
    private readonly IObjective _objective;
    private readonly TrainingConfig _config;
    private readonly Batches _batches;
    private readonly Validator? _validator;
    private readonly long _seed;
    private readonly TrainingState _state;
    private readonly IGradientPass _pass;
    private readonly SharedPass? _shared;
    private readonly DivergenceGuard _guard;
    private readonly BestChoice _best;
    private readonly BetaController? _beta;
    private readonly double? _firstBeta;
    private readonly Stopwatch _sinceCheckpoint = new();
    private IUpdater? _updater;

    /// <summary>Moves flow and samples to the device and takes over the flow's parameters.</summary>
    /// <param name="flow">What is trained.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="train">The samples, transformed.</param>
    /// <param name="validator">Validates; null where there are no validation data.</param>
    /// <param name="config">How.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="device">Where.</param>
    /// <exception cref="ArgumentException">A number of the configuration is out of its bounds.</exception>
    public Trainer(Flow flow, IObjective objective, IRows train, Validator? validator, TrainingConfig config, long seed, Device device)
        : this(flow, objective, train, validator, config, seed, device, null)
    {
    }

    /// <summary>The same, for one of several processes that train together.</summary>
    /// <param name="flow">What is trained.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="train">The samples, transformed.</param>
    /// <param name="validator">Validates; null where there are no validation data.</param>
    /// <param name="config">How.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="device">Where.</param>
    /// <param name="group">Those that share each batch, with the same samples; null where this process trains alone. Only rank 0 validates.</param>
    /// <exception cref="ProcessGroupException">They cannot share the batches.</exception>
    internal Trainer(Flow flow, IObjective objective, IRows train, Validator? validator, TrainingConfig config, long seed, Device device,
        ProcessGroup? group)
    {
        OptionsCheck.Require(config, nameof(config));
        (_flow, _objective, _validator, _config, _seed) = (flow, objective, validator, config, seed);
        _batches = new Batches(train.On(device), config.BatchSize, seed);
        _state = new TrainingState(flow, config, device);
        (_guard, _best) = (new DivergenceGuard(config.Guard), new BestChoice(config));
        if (group is not null && SharedPass.Problem(flow, objective, Math.Min(config.BatchSize, train.Count), group) is { } problem)
        {
            Dispose();
            throw new ProcessGroupException(problem + ".");
        }

        _beta = objective.BetaController;
        _firstBeta = FirstBeta();
        Counters = new() { Beta = _firstBeta };
        var pass = NewPass(device);
        _shared = group is null ? null : new SharedPass(pass, objective, _state.Gradients, group);
        _pass = _shared ?? pass;

        // A CPU waits for nothing, and those who share a batch have read the sum of their numbers.
        ReadEvery = device.type == DeviceType.CPU || _shared is not null ? 1 : StepsOfReading;
    }

    /// <summary>
    /// The most steps on a GPU whose numbers are read at once: so many make the wait for one reading small, and a leap of the loss is still seen soon.
    /// </summary>
    internal const int StepsOfReading = 50;

    private const long RowsOfFirstBeta = 10_000;
    private const long MovesOfBeta = 200;

    /// <summary>After so many steps of an epoch their numbers are read.</summary>
    internal int ReadEvery { get; init; }

    /// <summary>The numbers of the state, after the steps that have been read.</summary>
    public TrainerCounters Counters { get; private set; }

    /// <summary>Steps in an epoch.</summary>
    public long StepsPerEpoch => _batches.PerEpoch;

    /// <summary>Steps in the whole run.</summary>
    public long TotalSteps => StepsPerEpoch * _config.Epochs;

    /// <summary>Epochs done.</summary>
    public int Epoch => (int)(Counters.Step / StepsPerEpoch);

    /// <summary>Whether it validates, and does not make a step.</summary>
    public bool IsValidating { get; private set; }

    /// <summary>How many operations of a step the device is given as one; null where they are given one by one.</summary>
    internal long? Launches => _pass.Launches;

    /// <summary>Decides whether steps are made, and makes them.</summary>
    private IUpdater Updater => _updater ??= ReadEvery == 1
        ? new HostUpdater(_state, GradientClip, HostRead)
        : new DeviceUpdater(_state, GradientClip, HostRead, ReadEvery);

    /// <summary>Of the gradient of all members of an ensemble, which is √K times as long as that of one.</summary>
    private double? GradientClip => _config.GradientClip * Math.Sqrt(_config.Ensemble);

    /// <summary>The number of the next step, from 0.</summary>
    private long Next => Counters.Step + Updater.Unread;

    /// <summary>The step before which the numbers of those that have not been read are.</summary>
    private long NextReading
    {
        get
        {
            var start = Counters.Step / StepsPerEpoch * StepsPerEpoch;
            return start + Math.Min(StepsPerEpoch, ((Counters.Step - start) / ReadEvery * ReadEvery) + ReadEvery);
        }
    }

    /// <summary>
    /// After so many steps of an epoch, and at its end, β moves by itself: two hundred times in a run, but in no shorter time than that between readings, so
    /// that it is the same on all devices.
    /// </summary>
    private long StepsOfBeta => Math.Max(1, (long)Math.Round((double)TotalSteps / MovesOfBeta / StepsOfReading)) * StepsOfReading;

    private double Progress => (double)Next / TotalSteps;

    /// <summary>The learning rate of the next step.</summary>
    internal double CurrentLearningRate => Rates.LearningRate;

    private StepRates Rates => StepRates.At(_config, Next, Progress, Epoch, Counters.RateFactor);

    /// <summary>Trains to the end, or until asked to stop; then the state is whole and a checkpoint has been asked for.</summary>
    /// <returns>Whether the run is complete.</returns>
    /// <exception cref="DivergedException">The loss does not become finite again, or never was, or no validation is finite.</exception>
    /// <exception cref="PeerException">Another rank has failed or was lost; where it was lost, a checkpoint has been asked for.</exception>
    public bool Run(ITrainingObserver observer, CancellationToken stop = default)
    {
        try
        {
            Synchronize();
            var isComplete = ToTheEnd(observer, stop);
            _shared?.End();
            return isComplete;
        }
        catch (PeerException e) when (e.IsLost && Counters.Step > 0)
        {
            // The step that could not be shared has changed nothing yet.
            Checkpoint(observer, best: false);
            throw;
        }
        catch (Exception e)
        {
            Leave(e);
            throw;
        }
    }

    /// <summary>Tells those who share the training that this process cannot go on, if they do not know yet.</summary>
    internal void Leave(Exception reason) => _shared?.Leave(reason);

    /// <summary>What the processes that share the training talk by; null for one that trains alone.</summary>
    internal string? Engine => _shared?.Engine;

    /// <summary>All ranks go on from the state of rank 0.</summary>
    private void Synchronize()
    {
        if (_shared is not null)
        {
            Counters = _shared.OfFirst(() => Counters);
            _shared.Broadcast(_state.All());
            _state.Updates = Counters.Updates;
        }
    }

    private bool IsAskedToStop(CancellationToken stop) => _shared is null ? stop.IsCancellationRequested : _shared.Stops;

    private bool ToTheEnd(ITrainingObserver observer, CancellationToken stop)
    {
        if (_beta is not null && _config.Epochs == 1 && StepsPerEpoch <= StepsOfBeta)
        {
            observer.OnWarning(string.Create(CultureInfo.InvariantCulture,
                $"β stays at {Counters.Beta:G3}, since auto moves it after {StepsOfBeta} steps and the run has {TotalSteps}: train longer, or set it."));
        }

        var clock = Stopwatch.StartNew();
        _sinceCheckpoint.Restart();
        var (pace, last) = (new Pace(Counters.Step), (EpochMetrics?)null);
        while (Counters.Step < TotalSteps && !Counters.Stopped)
        {
            var (before, isLast) = (Counters.Step, IsAskedToStop(stop));
            if (isLast)
            {
                Read(observer);
            }
            else
            {
                _shared?.IsAsked = stop.IsCancellationRequested;
                Launch(observer);
            }

            if (Counters.Step > before && Counters.Step % StepsPerEpoch == 0)
            {
                var metrics = EndEpoch(observer, clock.Elapsed.TotalSeconds);
                last = metrics with { Validation = metrics.Validation ?? last?.Validation };
            }

            if (isLast)
            {
                Checkpoint(observer, best: false);
                return false;
            }

            if (Updater.Unread == 0 && Counters.Step < TotalSteps && _sinceCheckpoint.Elapsed.TotalMinutes >= _config.Checkpoints.EveryMinutes)
            {
                Checkpoint(observer, best: false);
            }

            var perStep = pace.PerStep(Next, clock.Elapsed);
            observer.OnStep(new(Next, TotalSteps, (int)((Next - 1) / StepsPerEpoch) + 1, _batches.MeanSize / perStep.TotalSeconds,
                perStep * (TotalSteps - Next), last));
        }

        RequireSuccess();
        return true;
    }

    /// <summary>A run that learnt nothing, or whose result nobody could judge, has failed, however quietly.</summary>
    private void RequireSuccess()
    {
        if (Counters.Updates == 0)
        {
            throw new DivergedException($"None of {Counters.Step} steps was kept, as their losses or gradients were not finite: nothing was learnt. "
                + "Lower training.optimizer.learning_rate, or check the data for extreme values.");
        }

        if (_validator is not null && double.IsPositiveInfinity(Counters.Best))
        {
            throw new DivergedException("No validation was finite, so there is no best checkpoint. "
                + "Lower training.optimizer.learning_rate, set training.gradient_clip, or check the validation data for extreme values.");
        }
    }

    /// <summary>
    /// One step: batch, objective, gradient, update; skipped where loss or gradient are not finite. Its numbers are read, which <see cref="Run"/> does
    /// for many steps at once.
    /// </summary>
    public void Step(ITrainingObserver observer)
    {
        Launch(observer);
        Read(observer);
    }

    /// <summary>One step, whose numbers are read when it is their turn.</summary>
    internal void Launch(ITrainingObserver observer)
    {
        using (NewDisposeScope())
        {
            var step = Pass();
            if (step.Warning is { } warning)
            {
                observer.OnWarning(warning);
            }

            Updater.Make(step, Rates);
        }

        if (Next == NextReading)
        {
            Read(observer);
        }
    }

    /// <summary>Judges the steps that have not been read, so that the state is whole.</summary>
    private void Read(ITrainingObserver observer)
    {
        var end = NextReading;
        foreach (var outcome in Updater.Read())
        {
            if (Judge(outcome, end, observer))
            {
                break;
            }
        }

        _state.Updates = Counters.Updates;
        if (Counters.Step == end)
        {
            if (Contains(end, _config.Guard.KeepEvery))
            {
                KeepIfGood();
            }

            if (StepOfEpoch(end) < StepsPerEpoch && Contains(end, StepsOfBeta))
            {
                MoveBeta();
            }
        }
    }

    /// <summary>Whether a multiple of so many steps of the epoch is among those that are read at this one.</summary>
    private bool Contains(long end, long every)
    {
        var ofEpoch = StepOfEpoch(end);
        return ofEpoch / every > (ofEpoch - 1) / ReadEvery * ReadEvery / every;
    }

    /// <summary>How many steps of its epoch are done after one, itself among them.</summary>
    private long StepOfEpoch(long step) => ((step - 1) % StepsPerEpoch) + 1;

    /// <summary>Keeps the state as good where the last step was neither skipped nor a spike.</summary>
    private void KeepIfGood()
    {
        if (Counters.BadInARow == 0)
        {
            _state.KeepAsGood();
            Counters = Counters with { GoodUpdates = _state.Updates };
        }
    }

    /// <summary>
    /// Whether <see cref="Rehearse"/> leaves no trace: modules of others may draw random numbers, or count their calls, and other processes may not be there.
    /// </summary>
    internal bool CanRehearse => _shared is null && Recordable.Is(_flow, _objective);

    /// <summary>Computes what the next step computes first, its gradient, and changes nothing, so that the time for it can be measured.</summary>
    internal void Rehearse()
    {
        using var scope = NewDisposeScope();
        Read(Pass().Values);
    }

    /// <summary>The weights that validation, sampling and checkpoints use: the moving average where there is one; the caller's.</summary>
    public Dictionary<string, Tensor> Weights() => _state.Weights();

    /// <summary>The state's tensors under their names; with <see cref="Counters"/>, all that a resumed run needs; the caller's.</summary>
    /// <exception cref="InvalidOperationException">Not all steps have been read, as between those of <see cref="Run"/> on a GPU.</exception>
    public Dictionary<string, Tensor> State() => Updater.Unread == 0
        ? _state.Tensors()
        : throw new InvalidOperationException($"{Updater.Unread} steps have not been read yet: take the state where the observer is asked for a checkpoint.");

    /// <summary>Continues from a state.</summary>
    /// <exception cref="ArgumentException">The state belongs to another network, or the numbers to no run of this length.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state, TrainerCounters counters)
    {
        if (counters.Step < 0 || counters.Step > TotalSteps || counters.Updates < 0 || counters.Updates > counters.Step || counters.GoodUpdates < 0)
        {
            throw new ArgumentException($"The training state is damaged: {counters.Updates} updates in {counters.Step} of {TotalSteps} steps cannot be.",
                nameof(counters));
        }

        _state.Restore(state, counters.Updates);
        Counters = counters with { Beta = counters.Beta ?? Counters.Beta };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _updater?.Dispose();
        _pass?.Dispose();
        _state.Dispose();
        _batches.Dispose();
    }

    /// <summary>The next step's batch, objective and gradient.</summary>
    private StepNumbers Pass()
    {
        var (batch, weight) = _batches.At(Epoch, Next % StepsPerEpoch);
        Tensor?[] drawn = [tensor(weight, batch.Data.dtype), .. _objective.Draw(batch, new(Progress, _seed, Next) { Beta = Counters.Beta })];
        return _pass.Of(batch, drawn);
    }

    /// <summary>How numbers of steps are read from the device, [n] to n numbers: the only time that training waits for it; replaced by who counts it.</summary>
    internal Func<Tensor, double[]> HostRead { get; init; } = Read;

    /// <summary>Reads [n] from the device.</summary>
    internal static double[] Read(Tensor values) => values.to(float64).cpu().data<double>().ToArray();

    private IGradientPass NewPass(Device device)
    {
        var pass = new GradientPass(_objective, _state.Gradients, _config.Tf32);
        return device.type == DeviceType.CUDA && _config.CudaGraphs && CudaGraphs.Problem is null && Recordable.Is(_flow, _objective) && _objective.IsRecordable
            ? new GraphedPass(pass, new CudaGraphs(device))
            : pass;
    }

    /// <summary>Lets the guard judge the next step; where it leads back, the steps up to the end of those that are read together are lost.</summary>
    /// <returns>Whether they are.</returns>
    private bool Judge(StepOutcome outcome, long end, ITrainingObserver observer)
    {
        var decision = outcome.IsFinite
            ? _guard.Made(outcome.Loss, Counters.With(outcome))
            : _guard.Skipped(Counters);
        var next = Counters.Step + 1;
        Counters = decision.Counters with { Step = decision.Returns ? end : next };
        foreach (var warning in decision.Warnings)
        {
            observer.OnWarning(warning);
        }

        if (!decision.Returns)
        {
            return false;
        }

        _state.ReturnToGood();
        if (next < end)
        {
            observer.OnWarning($"Steps {next + 1} to {end} are lost, as they are read together with that one.");
        }

        return true;
    }

    private EpochMetrics EndEpoch(ITrainingObserver observer, double seconds)
    {
        var sums = Counters.Sums;
        var validation = _validator is not null && (Epoch % _config.ValidateEvery == 0 || Counters.Step == TotalSteps) ? Validate(_validator) : null;
        var metrics = new EpochMetrics(Epoch, Counters.Step, seconds, CurrentLearningRate, Counters.Beta ?? _objective.BetaAt(Progress),
            sums.Loss / sums.Count, sums.LatentNll / sums.Count, sums.Reconstruction / sums.Count, sums.GradientNorm / sums.Count,
            Counters.Skipped, Counters.Spikes, validation)
        {
            InverseError = sums.InverseError,
        };
        var heldOut = validation is { } held ? HeldOutLikelihoods.After(Counters.HeldOut, held.Nll, held.NllDecoder, Progress) : Counters.HeldOut;
        Counters = Counters with { Sums = default, HeldOut = heldOut };
        MoveBeta();
        KeepIfGood();
        var best = false;
        if (validation is not null)
        {
            (Counters, best) = _best.Of(validation, Counters, IsSettled);
        }

        if (Counters.Stopped)
        {
            observer.OnWarning($"Epoch {Epoch}: stopped early, {Counters.SinceBest} validations in a row have not improved the best.");
        }

        observer.OnEpoch(metrics);
        if (best || Epoch % _config.ValidateEvery == 0 || _config.Checkpoints.IsKept(Epoch) || Counters.Step == TotalSteps || Counters.Stopped)
        {
            Checkpoint(observer, best);
        }

        return metrics;
    }

    private void Checkpoint(ITrainingObserver observer, bool best)
    {
        observer.OnCheckpoint(this, best);
        _sinceCheckpoint.Restart();
    }

    /// <summary>Whether β stays what it is: its schedule has ended, or there is none.</summary>
    private bool IsSettled => _beta is not null ? Progress >= BetaController.Until : _objective.BetaAt(Progress) == _objective.BetaAt(1);

    /// <summary>By the first batches, in all of <see cref="RowsOfFirstBeta"/> rows: the variance of one alone may be far from that of the data.</summary>
    private double? FirstBeta()
    {
        if (_beta is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var rows = new List<Tensor>();
        for (var (index, count) = (0L, 0L); index < _batches.PerEpoch && count < RowsOfFirstBeta; index++)
        {
            rows.Add(_batches.At(0, index).Batch.Data);
            count += rows[^1].shape[0];
        }

        return BetaController.StartOn(_objective.VarianceOf(Numerics.RowChunks.Joined(rows)));
    }

    /// <summary>β moves by the steps since it last did.</summary>
    private void MoveBeta()
    {
        if (_beta is not null && Counters.Beta is { } beta && _firstBeta is { } first)
        {
            var (sums, ofEpoch) = (Counters.SinceBeta, StepOfEpoch(Counters.Step));
            var share = (double)(ofEpoch - ((ofEpoch - 1) / StepsOfBeta * StepsOfBeta)) / TotalSteps;
            var reconstruction = sums.Count == 0 ? null : sums.Reconstruction / sums.Count;
            var next = _beta.Next(beta, first, sums.InverseError, reconstruction, Counters.HeldOut, Progress, share);
            Counters = Counters with { Beta = next, SinceBeta = default };
        }
    }

    private ValidationMetrics Validate(Validator validator) => _shared is null ? ValidateHere(validator) : _shared.OfFirst(() => ValidateHere(validator));

    private ValidationMetrics ValidateHere(Validator validator)
    {
        IsValidating = true;
        var validation = _state.WithAverage(() => validator.Validate(_flow));
        IsValidating = false;
        return validation;
    }
}
