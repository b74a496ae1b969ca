using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Flows;
using FFF.Formats;
using FFF.Native;
using FFF.Runs;
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

    /// <summary>Where the log goes beside the run folder.</summary>
    public Action<Serilog.Configuration.LoggerSinkConfiguration>? LogTo { get; init; }

    /// <summary>Is told what does no harm but should be known, before there is a log.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Is told how far the drawing of data has come, where that takes long.</summary>
    public IProgress<SamplingProgress>? DataProgress { get; init; }

    /// <summary>Is told the progress after every step.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }
}

/// <summary>
/// One experiment, from its description to a run folder: data set, flow, objective and trainer are made here and nowhere else.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly TrainingRunOptions _options;
    private readonly Trainer _trainer;
    private readonly Device _device;

    /// <summary>Held until the run is disposed, so that nobody takes up a run that is still being evaluated.</summary>
    private RunLock? _alone;

    /// <summary>Makes everything that training needs; nothing is written yet.</summary>
    /// <exception cref="DatasetException">The data cannot be read or made.</exception>
    /// <exception cref="DeviceException">There is no such device.</exception>
    /// <exception cref="ConfigurationException">More Hutchinson vectors are asked for than the data have dimensions.</exception>
    public TrainingRun(Experiment experiment, TrainingRunOptions options)
    {
        (Experiment, _options) = (experiment, options);
        _device = ComputeDevice.Resolve(experiment.Training.Device);
        if (experiment.Training.Threads is { } threads)
        {
            set_num_threads(threads);
        }

        Dataset = DatasetFactory.Create(experiment.Data, experiment.Seed, options.Warn, options.DataProgress);
        Check(experiment, Dataset);
        Flow = TrainedFlow.Create(experiment, Dataset.Train, _device);
        var validator = Dataset.Validation.Count == 0
            ? null
            : new Validator(Flow.Standardize(Dataset.Validation), Flow.Settings, Flow.LogDetStandardizer, Flow.Objective.FinalBeta);
        _trainer = new Trainer(Flow.Flow, Flow.Objective, Flow.Standardize(Dataset.Train), validator, experiment.Training, experiment.Seed, _device);
    }

    /// <summary>The experiment.</summary>
    public Experiment Experiment { get; }

    /// <summary>The data.</summary>
    public Dataset Dataset { get; }

    /// <summary>The flow, with the weights that training has reached.</summary>
    public TrainedFlow Flow { get; }

    /// <summary>Where the run is kept; null before it starts.</summary>
    public RunFolder? Folder { get; private set; }

    /// <summary>Steps in the whole run.</summary>
    public long TotalSteps => _trainer.TotalSteps;

    /// <summary>Parameters of the flow, of all its networks together.</summary>
    public long ParameterCount => Flow.Module.parameters().Sum(p => p.numel());

    /// <summary>Trains into a new run folder.</summary>
    /// <returns>The folder, and how the run ended: finished, or interrupted with its state saved.</returns>
    /// <exception cref="RunException">The name is not allowed.</exception>
    /// <exception cref="FileWriteException">The run folder cannot be written.</exception>
    /// <exception cref="RunFolderGoneException">The run folder went away meanwhile.</exception>
    /// <exception cref="DivergedException">The loss does not become finite again.</exception>
    public (RunFolder Folder, RunStatus Status) Start(CancellationToken stop = default)
    {
        var folder = Folder = RunFolder.Create(_options.RunsRoot, Experiment.Name);
        return RunPresence.Watch(folder, () => (folder, Begin(folder, stop)));
    }

    /// <summary>Continues a run from its last checkpoint, or from its start where it has none yet.</summary>
    /// <inheritdoc cref="Start"/>
    /// <exception cref="FileReadException">The checkpoint is damaged, or belongs to another program.</exception>
    /// <exception cref="RunException">Another process trains in this folder.</exception>
    public RunStatus Resume(RunFolder folder, CancellationToken stop = default)
    {
        Folder = folder;
        return RunPresence.Watch(folder, () => TakeUp(folder, stop));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _trainer.Dispose();
        Flow.Dispose();
        _alone?.Dispose();
    }

    private static void Check(Experiment experiment, Dataset dataset)
    {
        var dimension = experiment.Flow.Latent is MeanFreeNormalLatent && dataset.Train.Particles is { } shape ? shape.MeanFreeDimension
            : dataset.Train.Molecules is { } molecules ? molecules.Nodes.Width : dataset.Dimension;
        if (experiment.Method is FreeFormMethod && experiment.Objective.HutchinsonSamples > dimension)
        {
            throw new ConfigurationException([new Problem("configuration", null, null, "objective.hutchinson_samples",
                $"expected at most {dimension}, the dimensions of {dataset.Name}, found {experiment.Objective.HutchinsonSamples}; more vectors cannot be orthogonal, and one is usually enough")]);
        }
    }

    private static string Size(Dataset dataset) => dataset.Train.Molecules is { } shape
        ? $"of up to {shape.MostAtoms} atoms of {shape.Types} elements"
        : $"in {dataset.Dimension} dimensions, {dataset.ConditionDimension} conditions";

    private RunStatus Begin(RunFolder folder, CancellationToken stop)
    {
        _alone = RunLock.Take(folder);
        AtomicFile.WriteText(folder.ConfigFile, ExperimentFile.Write(Experiment));
        var manifest = Manifest.Start(folder, Libtorch.Load().Version, _device.ToString(), get_num_threads(), Experiment.Seed, _options.CommandLine);
        (manifest with { Trial = _options.Trial }).Write(folder.ManifestFile);
        return Train(folder, MetricsWriter.Create(folder, RunRecorder.Columns), stop);
    }

    private RunStatus TakeUp(RunFolder folder, CancellationToken stop)
    {
        _alone = RunLock.Take(folder);
        AtomicFile.RemoveLeftovers(RunFolders.Ensure(folder, folder.CheckpointFolder));
        if (File.Exists(folder.LastCheckpoint))
        {
            using var scope = NewDisposeScope();
            var checkpoint = Checkpoint.Load(folder.LastCheckpoint, withState: true);
            if (checkpoint.State is null || !checkpoint.Info.Notes.ContainsKey(RunRecorder.CountersNote))
            {
                throw new FileReadException(folder.LastCheckpoint, "holds no training state, so training cannot go on from it. Start a new run.");
            }

            try
            {
                _trainer.Restore(checkpoint.State, RunRecorder.CountersOf(checkpoint));
            }
            catch (Exception e) when (e is ArgumentException or System.Text.Json.JsonException)
            {
                throw new FileReadException(folder.LastCheckpoint, e is ArgumentException argument ? argument.Plain() : e.Message, e);
            }
        }

        (Manifest.Read(folder.ManifestFile) with { Status = RunStatus.Running, Ended = null, Message = null }).Write(folder.ManifestFile);
        var metrics = File.Exists(folder.MetricsFile)
            ? MetricsWriter.Resume(folder, RunRecorder.Columns, _trainer.Counters.Step)
            : MetricsWriter.Create(folder, RunRecorder.Columns);
        return Train(folder, metrics, stop, _alone.Predecessor);
    }

    private RunStatus Train(RunFolder folder, MetricsWriter metrics, CancellationToken stop, LockOwner? predecessor = null)
    {
        using var closing = metrics;
        using var runLog = RunLog.Open(folder, _options.LogTo);
        var log = runLog.Logger;
        log.Information("Run {Run:l}/{Version:l}: {Dataset:l} by {Method:l}, {Train} training and {Validation} validation samples {Size:l}; {Parameters} parameters, {Steps} steps on {Device:l}",
            folder.Name, folder.Version, Dataset.Name, MethodKeys.Name(Experiment.Method), Dataset.Train.Count, Dataset.Validation.Count, Size(Dataset), ParameterCount, TotalSteps, _device.ToString());
        if (predecessor is not null)
        {
            log.Information("The run was left behind by {Owner:l}, and goes on here", predecessor.ToString());
        }

        foreach (var key in MethodKeys.Unused(Experiment))
        {
            log.Information("The method {Method:l} does not use the key {Key:l}, which describes the free-form flow", MethodKeys.Name(Experiment.Method), key);
        }

        try
        {
            var recorder = new RunRecorder(folder, Flow, Dataset.Columns, Experiment.Training.Checkpoints, log, metrics, _options.Progress);
            var status = RunPresence.Watch(folder, () => End(folder, _trainer.Run(recorder, stop) ? RunStatus.Finished : RunStatus.Interrupted, null), hasManifest: true);
            log.Information("{Status:l} after {Step} steps in {Folder:l}", status.ToString(), _trainer.Counters.Step, folder.Path);
            return status;
        }
        catch (Exception e)
        {
            log.Error("Failed after {Step} steps: {Message:l}", _trainer.Counters.Step, e.Message);
            TryEnd(folder, e.Message);
            throw;
        }
    }

    private RunStatus End(RunFolder folder, RunStatus status, string? message)
    {
        Manifest.Read(folder.ManifestFile).With(_trainer.Counters, _trainer.Epoch).End(status, message).Write(folder.ManifestFile);
        return status;
    }

    /// <summary>Where the disk that failed the run also fails the manifest, the first failure is the one to report.</summary>
    private void TryEnd(RunFolder folder, string message)
    {
        try
        {
            End(folder, RunStatus.Failed, message);
        }
        catch (IOException)
        {
        }
    }
}
