using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Devices;
using FFF.Distributed;
using FFF.Evaluations;
using FFF.Flows;
using FFF.Formats;
using FFF.Native;
using FFF.Options;
using FFF.Runs;
using FFF.Spaces;
using FFF.Tracking;
using FFF.Training;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>How a training run meets its surroundings.</summary>
public sealed record TrainingRunOptions
{
    /// <summary>Where runs are kept.</summary>
    public required string RunsRoot { get; init; }

    /// <summary>The program's arguments, for the manifest.</summary>
    public IReadOnlyList<string> CommandLine { get; init; } = [];

    /// <summary>The trial of a sweep that the run is, for the manifest.</summary>
    public TrialNote? Trial { get; init; }

    /// <summary>The device in place of the experiment's, for a run that goes on elsewhere; null for the experiment's.</summary>
    public string? Device { get; init; }

    /// <summary>The run that is to go on, whose kind of device, split and standardisation are kept; null for a new run.</summary>
    public RunFolder? GoesOn { get; init; }

    /// <summary>The run whose weights a new run begins with; null for initial ones.</summary>
    internal WarmStart? From { get; init; }

    /// <summary>Whether the experiment is that of the run that is to go on but for its number of epochs, which is larger.</summary>
    public bool Extends { get; init; }

    /// <summary>Whether it goes on although its data files have changed.</summary>
    public bool AcceptsChangedData { get; init; }

    /// <summary>Where the log goes beside the run folder.</summary>
    public Action<Serilog.Configuration.LoggerSinkConfiguration>? LogTo { get; init; }

    /// <summary>Is told what does no harm but should be known, before there is a log.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Is told how far the drawing of data has come, where that takes long.</summary>
    public IProgress<SamplingProgress>? DataProgress { get; init; }

    /// <summary>Is told the progress after every step.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Where the run is tracked while it goes on: a server or a folder, as <see cref="TrackingPlace"/> resolves it; null for nowhere.</summary>
    internal string? Tracking { get; init; }

    /// <summary>Sees the run through training and evaluations; nobody if left out.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>The processes that train together, of which the first keeps the run; null for one process.</summary>
    internal ProcessGroup? Group { get; init; }

    /// <summary>Which of them this process is; null for one process.</summary>
    internal RankPlace? Place { get; init; }
}

/// <summary>
/// One experiment, from its description to a run folder: data set, flow, objective and trainer are made here and nowhere else.
/// A run is done when its evaluations are (<see cref="RunEvaluations"/>).
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly TrainingRunOptions _options;
    private readonly Trainer _trainer;
    private readonly Device _device;
    private readonly string _deviceAsked;

    /// <summary>The manifest of the run that goes on, before this process changes it; null for a new run.</summary>
    private readonly Manifest? _before;

    /// <summary>Held until the run is disposed, so that nobody takes up a run that is still being evaluated.</summary>
    private RunLock? _alone;

    /// <summary>Makes everything that training needs; nothing is written yet.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="options">Its surroundings.</param>
    /// <param name="stop">Asks to stop while data are drawn, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="DatasetException">The data cannot be read or made.</exception>
    /// <exception cref="DeviceException">The device that was asked for cannot be had.</exception>
    /// <exception cref="ChangedDataException">The data files of the run that is to go on have changed.</exception>
    /// <exception cref="MemoryException">There is not enough memory for data and network.</exception>
    /// <exception cref="ArgumentException">A number of the experiment is out of its bounds, as no configuration could have it.</exception>
    /// <exception cref="ConfigurationException">
    /// More Hutchinson vectors are asked for than the data have dimensions, or too few data are held out for an evaluation, schedule or early stopping.
    /// </exception>
    public TrainingRun(Experiment experiment, TrainingRunOptions options, CancellationToken stop = default)
    {
        OptionsCheck.Require(experiment.Data, "experiment.Data");
        OptionsCheck.Require(experiment.Method, "experiment.Method");
        OptionsCheck.Require(experiment.Training, "experiment.Training");
        (Experiment, _options) = (experiment, options);
        Libtorch.Load();
        _deviceAsked = options.Device ?? experiment.Training.Device;
        _before = options.GoesOn is null ? null : Manifest.Read(options.GoesOn.ManifestFile);
        var request = new DeviceRequest(_deviceAsked) { TrainedOn = _before?.Device, Say = choice => DeviceChoice = choice, Warn = options.Warn };

        // What was asked for and cannot be had is told before data are drawn; auto needs to know their dimensions.
        var device = _deviceAsked == DeviceRule.Auto ? null : ComputeDevice.Choose(request, null);
        if ((experiment.Training.Threads ?? options.Place?.Threads()) is { } threads)
        {
            set_num_threads(threads);
        }

        var data = experiment.Request(options.Warn, options.DataProgress, stop);
        Dataset = options.GoesOn is null
            ? DatasetFactory.Create(experiment.Data, data)
            : RunData.Open(options.GoesOn, experiment, options.AcceptsChangedData, data);
        if (options.GoesOn is null)
        {
            CheckHeldOut(experiment, Dataset);
        }

        device ??= ComputeDevice.Choose(request, Step);
        (Flow, _trainer, _device) = Build(device);
    }

    /// <summary>The experiment.</summary>
    public Experiment Experiment { get; }

    /// <summary>The device, and why it was chosen.</summary>
    public DeviceChoice DeviceChoice { get; private set; } = null!;

    /// <summary>The data.</summary>
    public Dataset Dataset { get; }

    /// <summary>The flow, with the weights that training has reached.</summary>
    public DensityModel Flow { get; }

    /// <summary>Where the run is kept; null before it starts.</summary>
    public RunFolder? Folder { get; private set; }

    /// <summary>What should be known before it is trained, a sentence each.</summary>
    internal IEnumerable<string> Doubts
    {
        get
        {
            if (Experiment.Training.BatchSize > Dataset.Train.Count)
            {
                yield return $"training.batch_size is {Experiment.Training.BatchSize}, and batches have all of the {Dataset.Train.Count} training samples";
            }

            if (Experiment.Training.Tf32 && _device.type != TorchSharp.DeviceType.CUDA)
            {
                yield return $"training.tf32 has no effect: {DeviceName.Of(_device)} is no CUDA device";
            }

            if (Dataset.Origin?.Repeated is { } repeated)
            {
                yield return $"{repeated.Words()} are in the training data, too, number for number";
            }

            if (_options.From is { Before.Status: not RunStatus.Finished, Lineage: [.., var parent] })
            {
                yield return $"{parent.Run} has not finished: what it would have learnt is missing. Finish it by fff train --resume {parent.Run}";
            }

            if (_options.From?.Leak(Experiment.Seed, Dataset.Origin) is { } leak)
            {
                yield return leak;
            }
        }
    }

    /// <summary>Steps in the whole run.</summary>
    public long TotalSteps => _trainer.TotalSteps;

    /// <summary>Parameters of the flow, of all its networks together.</summary>
    public long ParameterCount => Flow.Flow.parameters().Sum(p => p.numel());

    /// <summary>The numbers of threads that it may get, ascending; trials decide where there is more than one.</summary>
    internal IReadOnlyList<int> ThreadCandidates => _options.GoesOn is { } folder
        ? [Experiment.Training.Threads ?? Manifest.Read(folder.ManifestFile).Threads]
        : TrainingThreads.Candidates(Experiment.Training, Step, _trainer, _device);

    private StepCost? Step => Experiment.StepCost(Dataset.Train.Space, Dataset.ConditionDimension);

    /// <summary>Trains into a new run folder, then carries out the evaluations that the experiment names.</summary>
    /// <returns>The folder, and how the run ended: finished, or interrupted in training with its state saved.</returns>
    /// <exception cref="OperationCanceledException">The run was stopped while it was evaluated; its training has finished and is saved.</exception>
    /// <exception cref="RunException">The name is not allowed.</exception>
    /// <exception cref="FileWriteException">The run folder cannot be written.</exception>
    /// <exception cref="RunFolderGoneException">The run folder went away meanwhile.</exception>
    /// <exception cref="DivergedException">The loss does not become finite again.</exception>
    public (RunFolder Folder, RunStatus Status) Start(CancellationToken stop = default)
    {
        var folder = Folder = Together(() => RunFolder.Create(_options.RunsRoot, Experiment.Name));
        return Together(() => RunPresence.Watch(folder, () => (folder, Complete(folder, () => Begin(folder, stop), stop))));
    }

    /// <summary>Continues a run from its last checkpoint, or from its start where it has none yet, and evaluates it.</summary>
    /// <inheritdoc cref="Start"/>
    /// <exception cref="FileReadException">The checkpoint is damaged, or belongs to another program.</exception>
    /// <exception cref="RunException">Another process trains in this folder.</exception>
    /// <exception cref="ChangedDataException">Its data files have changed.</exception>
    public RunStatus Resume(RunFolder folder, CancellationToken stop = default)
    {
        Folder = folder;
        return Together(() => RunPresence.Watch(folder, () =>
        {
            if (_options.GoesOn is null)
            {
                RunData.Require(folder, Dataset.Origin!);
            }

            return Complete(folder, () => TakeUp(folder, stop), stop);
        }));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _trainer.Dispose();
        Flow.Dispose();
        _alone?.Dispose();
    }

    /// <summary>
    /// Whatever needs rows that were held out has some. A run that goes on keeps what it asks for, even what cannot be carried out.
    /// </summary>
    private static void CheckHeldOut(Experiment experiment, Dataset dataset)
    {
        var problems = experiment.Evaluate.Index()
            .Select(entry => (Key: $"evaluate.{entry.Index}", Problem: (entry.Item as IEvaluation)?.Misfit(dataset)))
            .Concat(dataset.Validation.Count > 0 ? [] : WithoutValidation(experiment.Training))
            .Where(entry => entry.Problem is not null)
            .Select(entry => new Problem(Problem.Configuration, null, null, entry.Key, entry.Problem!)).ToList();
        if (problems.Count > 0)
        {
            throw new ConfigurationException(problems);
        }
    }

    /// <summary>What would wait for validations that never come.</summary>
    private static IEnumerable<(string Key, string? Problem)> WithoutValidation(TrainingConfig training)
    {
        const string Remedy = "but no data are held out for it. Set data.validation_fraction above 0, or";
        if (training.Schedule is PlateauSchedule)
        {
            yield return ("training.schedule", $"the schedule plateau lowers the learning rate by validation, {Remedy} take another schedule.");
        }

        if (training.EarlyStopping is not null)
        {
            yield return ("training.early_stopping", $"early stopping goes by validation, {Remedy} leave the key out.");
        }
    }

    private static string Size(Dataset dataset) =>
        dataset.Train.Space.Describe() + (dataset.ConditionDimension == 0 ? "" : $" with {Counted(dataset.ConditionDimension, "condition")}");

    private static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : what.EndsWith('s') ? "es" : "s")}";

    private int Processes => _options.Group?.Size ?? 1;

    /// <summary>Takes part in the training of a run that another process keeps.</summary>
    /// <returns>Whether it was trained to its end.</returns>
    /// <exception cref="PeerException">Another process has failed or was lost.</exception>
    internal bool Follow(CancellationToken stop) => Together(() =>
    {
        using var threads = Threads(_before);
        return _trainer.Run(SilentObserver.Instance, stop);
    });

    /// <summary>The threads of a run that goes on as before, or else those of a new one.</summary>
    private TrainingThreads Threads(Manifest? before) =>
        before is not null && DeviceRule.Kind(before.Device) == DeviceRule.Kind(DeviceName.Of(_device)) && (before.Processes ?? 1) == Processes
            ? TrainingThreads.OfResumed(Experiment.Training, before)
            : TrainingThreads.OfNew(Experiment.Training, Step, _trainer, _device);

    /// <summary>
    /// What has to be the same on all processes that train together: how many rows there are, and the digests of the files that they are from.
    /// </summary>
    internal string DataMark => string.Join(' ',
        [$"{Dataset.Train.Count}+{Dataset.Validation.Count} rows", .. Dataset.Origin?.Files.Select(file => file.Sha256) ?? []]);

    /// <summary>Whatever fails here, the other processes do not wait for this one.</summary>
    private T Together<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e)
        {
            _trainer.Leave(e);
            throw;
        }
    }

    private RunStatus Complete(RunFolder folder, Func<RunStatus> train, CancellationToken stop)
    {
        var observer = _options.Observer ?? IRunObserver.None;
        using var tracker = _options.Tracking is { } place ? new RunTracker(folder, place, Environment.GetEnvironmentVariable, _options.Warn) : null;
        var status = observer.Train(train);
        if (status == RunStatus.Finished)
        {
            RunPresence.Watch(folder, () => RunEvaluations.CarryOut(folder, Flow.Device, Dataset, observer, _options.Warn, stop), hasManifest: true);
        }

        return status;
    }

    private RunStatus Begin(RunFolder folder, CancellationToken stop)
    {
        _alone = RunLock.Take(folder);
        using var threads = TrainingThreads.OfNew(Experiment.Training, Step, _trainer, _device);
        AtomicFile.WriteText(folder.ConfigFile, KeptFiles.Keep(Experiment, folder));
        var manifest = Manifest.Start(folder, Libtorch.Load().Version, DeviceName.Of(_device), threads.Count, Experiment.Seed, _options.CommandLine);
        manifest = manifest with { Processes = Processes, Trial = _options.Trial, DeviceAsked = _deviceAsked, Data = Dataset.Origin };
        manifest = manifest with { Ensemble = Flow.Ensemble > 1 ? Flow.Ensemble : null };
        (manifest with { Paths = RunPaths.Of(Experiment), Lineage = _options.From?.Lineage }).Write(folder.ManifestFile);
        return Train(folder, MetricsWriter.Create(folder, RunRecorder.Columns), threads, stop);
    }

    private RunStatus TakeUp(RunFolder folder, CancellationToken stop)
    {
        _alone = RunLock.Take(folder);
        AtomicFile.RemoveLeftovers(RunFolders.Ensure(folder, folder.CheckpointFolder));
        using (NewDisposeScope())
        {
            Restore(folder);
        }

        var manifest = Manifest.Read(folder.ManifestFile);
        var (before, now) = (manifest.Device, DeviceName.Of(_device));
        var (isElsewhere, processes) = (DeviceRule.Kind(before) != DeviceRule.Kind(now), manifest.Processes ?? 1);
        using var threads = Threads(manifest);
        var stopped = manifest.Ended ?? new FileInfo(File.Exists(folder.MetricsFile) ? folder.MetricsFile : folder.ManifestFile).LastWriteTimeUtc;
        var paused = (manifest.PausedSeconds ?? 0) + Math.Max(0, (DateTimeOffset.UtcNow - stopped).TotalSeconds);
        var extension = _options.Extends
            ? new RunExtension(DateTimeOffset.UtcNow, _trainer.Epoch, RunExperiment.Read(folder).Training.Epochs, Experiment.Training.Epochs)
            : null;
        // Data that were found elsewhere are named there from now on.
        if (extension is not null || !(RunPaths.Of(ExperimentFile.Load([folder.ConfigFile], [])) ?? []).SequenceEqual(RunPaths.Of(Experiment) ?? []))
        {
            AtomicFile.WriteText(folder.ConfigFile, KeptFiles.Keep(Experiment, folder));
        }

        Manifest.Change(folder.ManifestFile, last => RunData.Noted(last, "train", Dataset.Origin!) with
        {
            Status = RunStatus.Running,
            Ended = null,
            PausedSeconds = paused,
            Message = null,
            Device = now,
            DeviceAsked = _deviceAsked,
            Paths = RunPaths.Of(Experiment),
            Threads = threads.Count,
            Processes = Processes,
            Extensions = extension is null ? last.Extensions : [.. last.Extensions ?? [], extension],
        });
        var metrics = File.Exists(folder.MetricsFile)
            ? MetricsWriter.Resume(folder, RunRecorder.Columns, _trainer.Counters.Step)
            : MetricsWriter.Create(folder, RunRecorder.Columns);
        if (_trainer.Epoch - metrics.Rows is > 0 and var lost)
        {
            _options.Warn?.Invoke($"{folder.MetricsFile} lacks {Counted(lost, "row")} of {_trainer.Epoch} epochs, which were lost before they reached the "
                + "disk: its curves have a gap there. The weights lack nothing.");
        }

        return Train(folder, metrics, threads, stop, _alone.Predecessor, isElsewhere ? before : null, extension, processes == Processes ? null : processes);
    }

    /// <summary>Takes over the state of the last checkpoint that can be read; the trainer stays as it is where there is none yet.</summary>
    private void Restore(RunFolder folder)
    {
        if (LastCheckpoint.Load(folder, _options.GoesOn is null ? _options.Warn : null) is not var (checkpoint, path, isPrevious))
        {
            return;
        }

        try
        {
            if (checkpoint.State is null || CountersNote.Read(checkpoint.Info) is not { } counters)
            {
                throw new FileReadException(path, "holds no training state, so training cannot go on from it. Start a new run.");
            }

            _trainer.Restore(checkpoint.State, Extended(InOwnUnits(checkpoint, counters)));
        }
        catch (Exception e) when (e is ArgumentException or System.Text.Json.JsonException)
        {
            throw new FileReadException(path, e is ArgumentException argument ? argument.Plain() : e.Message, e);
        }

        if (isPrevious)
        {
            Checkpoint.RestorePrevious(folder.LastCheckpoint);
        }
    }

    private (DensityModel Flow, Trainer Trainer, Device Device) Build(Device device)
    {
        try
        {
            return On(device);
        }
        catch (Exception e) when (_deviceAsked == DeviceRule.Auto && device.type == TorchSharp.DeviceType.CUDA && DeviceProbe.IsOfTheDevice(e))
        {
            DeviceChoice = DeviceRule.WithoutCuda($"{DeviceName.Of(device)} cannot hold data and network: {DeviceRule.Sentence(DeviceProbe.FirstLine(e))}");
            _options.Warn?.Invoke(DeviceChoice.Warning!);
            return On(CPU);
        }
        catch (Exception e) when (MemoryShortage.Is(e))
        {
            throw new MemoryException(NotEnough(device, "data and network", "take fewer samples, or a smaller network"), e);
        }
    }

    private (DensityModel Flow, Trainer Trainer, Device Device) On(Device device)
    {
        var flow = Model(device = OwnOf(device));
        var validator = Dataset.Validation.Count == 0 ? null : flow.ValidatorOf(Dataset.Validation, Experiment.Training.ValidationSamples);
        return (flow,
            new Trainer(flow.Flow, flow.Objective, flow.ForFlow(Dataset.Train), validator, Experiment.Training, Experiment.Seed, device, _options.Group),
            device);
    }

    /// <summary>Of several processes on one machine each takes a CUDA device of its own.</summary>
    private Device OwnOf(Device device)
    {
        if (_options.Place is not { } place || device.type != TorchSharp.DeviceType.CUDA)
        {
            return device;
        }

        var count = cuda.device_count();
        return _deviceAsked.StartsWith("cuda:", StringComparison.Ordinal)
                ? throw new ProcessGroupException($"'{_deviceAsked}' names one device for all processes: name cuda, and each takes one of its own.")
            : place.LocalRank < count ? new Device(TorchSharp.DeviceType.CUDA, place.LocalRank)
            : throw new ProcessGroupException($"{place.LocalSize} processes on this machine need as many CUDA devices, and {count} can be seen. Start fewer.");
    }

    /// <summary>The standardisation belongs to the run: one that goes on has that of its checkpoint.</summary>
    private DensityModel Model(Device device)
    {
        if (_options.GoesOn is not { } folder || LastCheckpoint.Load(folder, _options.Warn) is not var (checkpoint, path, _))
        {
            var from = _options.From ?? (_options.GoesOn is { } begun ? WarmStart.OfBegun(begun) : null);
            return from?.Model(Experiment, device) ?? ExperimentModel.Create(Experiment, Dataset, device);
        }

        try
        {
            return ExperimentModel.Load(Experiment, checkpoint.Weights, device);
        }
        catch (ArgumentException e)
        {
            throw new FileReadException(path, e.Plain(), e);
        }
        finally
        {
            foreach (var tensor in checkpoint.Weights.Values.Concat(checkpoint.State?.Values ?? []))
            {
                tensor.Dispose();
            }
        }
    }

    private RunStatus Train(RunFolder folder, MetricsWriter metrics, TrainingThreads threads, CancellationToken stop, LockOwner? predecessor = null,
        string? otherDevice = null, RunExtension? extension = null, int? otherProcesses = null)
    {
        using var closing = metrics;
        using var runLog = RunLog.Open(folder, _options.LogTo);
        var log = runLog.Logger;
        log.Information("Run {Run:l}/{Version:l}: {Dataset:l} by {Method:l}, {Train} training and {Validation} validation samples {Size:l}; "
                + "{Parameters} parameters, {Steps} steps on {Device:l}",
            folder.Name, folder.Version, Dataset.Name, MethodKeys.Name(Experiment.Method), Dataset.Train.Count, Dataset.Validation.Count, Size(Dataset),
            ParameterCount, TotalSteps, DeviceName.Of(_device));
        log.Information("{Choice:l}", DeviceChoice.ToString());
        if (Flow.Ensemble > 1)
        {
            log.Information("{Ensemble} flows are trained on the same batches; the run is their mixture", Flow.Ensemble);
        }

        if (_options.Group is not null)
        {
            log.Information("{Processes} processes share each batch and talk by {Engine:l}", Processes, _trainer.Engine!);
        }

        log.Information("threads: {Threads}, {Reason:l}", threads.Count, threads.Reason);
        if (threads.Warning is { } warning)
        {
            log.Warning("{Warning:l}", warning);
        }

        if (_options.From is { Lineage: [.., var parent] })
        {
            log.Information("The run begins with the weights of {Run:l} after epoch {Epoch}, and with its standardisation", parent.Run, parent.Epoch);
        }

        foreach (var doubt in Doubts)
        {
            log.Warning("{Doubt:l}", doubt);
        }

        if (otherDevice is not null)
        {
            log.Warning("The run was trained on {Before:l} so far and goes on on {Now:l}: it ends with other last digits than one that was not interrupted",
                otherDevice, DeviceName.Of(_device));
        }

        if (otherProcesses is { } others)
        {
            log.Warning("The run was trained by {Before} so far and goes on with {Now}: it ends with other last digits than one that was not interrupted",
                Counted(others, "process"), Counted(Processes, "process"));
        }

        if (extension is not null)
        {
            log.Information("The run goes on after epoch {Epoch}, now to {Epochs} epochs in place of {Before}. "
                    + "Whatever follows a schedule is from here on where it is in a run of {Epochs} epochs: the learning rate goes on at {Rate:G3}",
                extension.Epoch, extension.Epochs, extension.Before, extension.Epochs, _trainer.CurrentLearningRate);
        }

        if (predecessor is not null)
        {
            log.Information("The run was left behind by {Owner:l}, and goes on here", predecessor.ToString());
        }

        try
        {
            var recorder = new RunRecorder(folder, Flow, Dataset, Experiment.Training.Checkpoints, log, metrics, _options.Progress);
            var status = RunPresence.Watch(folder,
                () => End(folder, _trainer.Run(recorder, stop) ? RunStatus.Finished : RunStatus.Interrupted, null), hasManifest: true);
            if (status == RunStatus.Finished)
            {
                metrics.End();
            }

            log.Information("{Status:l} after {Step} steps in {Folder:l}", status.ToString(), _trainer.Counters.Step, folder.Path);
            return status;
        }
        catch (Exception e)
        {
            var told = MemoryShortage.Is(e) ? new MemoryException(NotEnough(folder), e) : e;
            log.Error("Failed after {Step} steps: {Message:l}", _trainer.Counters.Step, told.Message);
            TryEnd(folder, told.Message);
            if (told != e)
            {
                throw told;
            }

            throw;
        }
    }

    /// <summary>The best so far stays what new validations are compared with.</summary>
    private TrainerCounters Extended(TrainerCounters counters) => _options.Extends ? counters with { Stopped = false, SinceBest = 0 } : counters;

    /// <summary>Validations of older runs on positive parameters were in units of their logarithms: which was the best has to be found anew.</summary>
    private TrainerCounters InOwnUnits(Checkpoint checkpoint, TrainerCounters counters) =>
        Flow.Space is PositiveVectors && !PositiveVectors.IsIn(checkpoint.Weights) ? counters with { Best = double.PositiveInfinity } : counters;

    private string NotEnough(RunFolder folder)
    {
        var batch = Math.Min(Experiment.Training.BatchSize, Dataset.Train.Count);
        var reason = _trainer.IsValidating
            ? NotEnough(_device, $"validating on {Dataset.Validation.Count} samples", "lower data.validation_fraction, or take a smaller network")
            : NotEnough(_device, $"a training step with batches of {batch}", "lower training.batch_size");
        return $"{reason} {(File.Exists(folder.LastCheckpoint) ? "The last checkpoint is whole" : "There is no checkpoint yet")}. "
            + "A run that is resumed keeps its settings: resume it where there is more memory (--device takes another device), "
            + "or start a new one with a smaller number.";
    }

    private static string NotEnough(Device device, string purpose, string advice) =>
        $"There is not enough memory on {DeviceName.Of(device)} for {purpose}: {advice}.";

    private RunStatus End(RunFolder folder, RunStatus status, string? message)
    {
        Manifest.Change(folder.ManifestFile, manifest => manifest.With(_trainer.Counters, _trainer.Epoch).End(status, message));
        return status;
    }

    /// <summary>Where the disk that failed the run also fails the manifest, the first failure is the one to report.</summary>
    private void TryEnd(RunFolder folder, string message)
    {
        try
        {
            End(folder, RunStatus.Failed, message);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
        }
    }
}
