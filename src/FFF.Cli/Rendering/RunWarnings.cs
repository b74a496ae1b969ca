using FFF.Configuration;
using FFF.Datasets;
using FFF.Formats;
using FFF.Runs;
using FFF.Sampling;
using static TorchSharp.torch;

namespace FFF.Cli.Rendering;

/// <summary>What should be known before results of a run are trusted.</summary>
internal static class RunWarnings
{
    /// <summary>Tells of a run that was not trained to its end. One whose files are damaged is left to those who read them.</summary>
    public static void OfUnfinished(RunFolder folder)
    {
        try
        {
            var manifest = TrainingFolders.Judged(folder, Manifest.Read(folder.ManifestFile));
            if (manifest.Status != RunStatus.Finished)
            {
                var how = manifest.Status == RunStatus.Running ? "is still being trained, and is at epoch"
                    : $"was {manifest.Status switch
                    {
                        RunStatus.Failed => "ended by a failure",
                        RunStatus.Dropped => "dropped by its sweep",
                        _ => "stopped",
                    }} at epoch";
                Screen.Warn($"The run {Words.Name(folder)} {how} {Words.Count(manifest.Epoch)} of {Words.Count(RunExperiment.Read(folder).Training.Epochs)}: "
                    + "what it gives is that of a model that was not trained to its end.");
            }
        }
        catch (Exception e) when (e is FileReadException or ConfigurationException)
        {
        }
    }

    /// <summary>Tells of a condition that lies far outside of those that the run was trained with, in a column or as a combination.</summary>
    /// <param name="run">The run.</param>
    /// <param name="condition">[C] or [N, C], as it is given.</param>
    public static void OfFarConditions(LoadedRun run, Tensor condition)
    {
        if (RunConditions.Doubt(run, condition) is { } doubt)
        {
            Screen.Warn(doubt);
        }
    }

    /// <summary>Tells of samples that are not finite, and refuses to go on where all are.</summary>
    /// <exception cref="DatasetException">None is finite.</exception>
    public static void OfNotFinite(DrawnSamples samples)
    {
        using var scope = NewDisposeScope();
        var (count, lost) = (samples.Values.shape[0], samples.Values.isfinite().all(1).logical_not().sum().item<long>());
        if (lost == 0)
        {
            return;
        }

        if (lost == count)
        {
            throw new DatasetException($"none of the {NumberText.Counted(count, "sample")} is finite: the decoder gives no number there. "
                + "Give a condition like those of the training, or train with a lower learning rate.");
        }

        Screen.Warn($"{Words.Count(lost)} of the {NumberText.Counted(count, "sample")} are not finite: the decoder gives no number there.");
    }
}
