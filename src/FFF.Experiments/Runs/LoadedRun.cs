using FFF.Configuration;
using FFF.Devices;
using FFF.Flows;
using FFF.Formats;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Runs;

/// <summary>A run that was trained earlier: its experiment and its flow.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Experiment">Its resolved configuration.</param>
/// <param name="Flow">The flow with the checkpoint's weights.</param>
/// <param name="Checkpoint">The checkpoint that was read.</param>
/// <param name="Columns">The names of the data's columns, D of them.</param>
public sealed record LoadedRun(RunFolder Folder, Experiment Experiment, DensityModel Flow, string Checkpoint, IReadOnlyList<string> Columns) : IDisposable
{
    /// <summary>The names of the conditions' columns, C of them; empty where they are not known.</summary>
    public IReadOnlyList<string> ConditionColumns { get; init; } = [];

    /// <summary>The weight of the reconstruction that training had come to, or else the last of its schedule; 0 where the method trains none.</summary>
    internal double Beta { get; init; } = Flow.Objective.FinalBeta;

    /// <summary>Reads a run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="checkpoint">best, last, or a file; best falls back to last where nothing was validated.</param>
    /// <param name="device">Where the flow shall live.</param>
    /// <exception cref="FileReadException">The checkpoint is missing, damaged, or does not fit the configuration; or the best one is gone.</exception>
    /// <exception cref="ConfigurationException">The run's configuration is damaged.</exception>
    /// <exception cref="Plugins.PluginException">A plug-in that the run was started with is not loaded, or is another file by now.</exception>
    public static LoadedRun Load(RunFolder folder, string checkpoint, Device device) => Load(folder, checkpoint, _ => device);

    /// <summary>Reads a run to where the rule for devices puts it: for auto, where a step of its training would be faster.</summary>
    /// <inheritdoc cref="Load(RunFolder, string, Device)"/>
    /// <param name="folder">The run's folder.</param>
    /// <param name="checkpoint">best, last, or a file; best falls back to last where nothing was validated.</param>
    /// <param name="request">The device that is asked for.</param>
    /// <exception cref="DeviceException">What was asked for cannot be had.</exception>
    public static LoadedRun Load(RunFolder folder, string checkpoint, DeviceRequest request) =>
        Load(folder, checkpoint, step => ComputeDevice.Choose(request, step));

    private static LoadedRun Load(RunFolder folder, string checkpoint, Func<StepCost?, Device> choose)
    {
        Libtorch.Load();
        var path = checkpoint switch
        {
            "best" => folder.BestOrLastCheckpoint,
            "last" => folder.LastCheckpoint,
            _ => checkpoint,
        };
        if (!File.Exists(path) && Present(folder) is { Count: > 0 } present)
        {
            throw new FileReadException(path, $"there is no such file. The run has {string.Join(", ", present)}; "
                + $"epochs are named by their files in '{folder.CheckpointFolder}'.");
        }

        var experiment = RunExperiment.Read(folder);
        var loaded = OtherCheckpoints.Named(folder, path, () => Runs.Checkpoint.Load(path));
        try
        {
            if (checkpoint == "best")
            {
                CountersNote.RequireNoBest(folder, path, loaded.Info);
            }

            var flow = ExperimentModel.Load(experiment, loaded.Weights, CPU);
            var device = choose(experiment.StepCost(flow.Space, flow.ConditionDimension));
            return new(folder, experiment, flow.To(device), path, ColumnNote.Read(path, loaded.Info))
            {
                ConditionColumns = ColumnNote.ReadConditions(path, loaded.Info) ?? experiment.Data.ConditionNames,
                Beta = CountersNote.BetaOf(path, loaded.Info) ?? flow.Objective.FinalBeta,
            };
        }
        catch (ArgumentException e)
        {
            throw new FileReadException(path, e.Plain(), e);
        }
        finally
        {
            foreach (var weights in loaded.Weights.Values)
            {
                weights.Dispose();
            }
        }
    }

    /// <summary>The checkpoints of a run, by name.</summary>
    private static List<string> Present(RunFolder folder) => Directory.Exists(folder.CheckpointFolder)
        ? [.. Directory.EnumerateFiles(folder.CheckpointFolder, "*.safetensors").Select(Path.GetFileNameWithoutExtension).OfType<string>()
            .Where(name => !name.Contains('.', StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    /// <inheritdoc/>
    public void Dispose() => Flow.Dispose();
}
