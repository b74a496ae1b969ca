using FFF.Configuration;
using FFF.Formats;
using FFF.Runs;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>The run whose weights and standardisation a new run begins with.</summary>
/// <param name="Checkpoint">The file of its best checkpoint.</param>
/// <param name="Lineage">The runs that it descends from, the first one first, and itself.</param>
/// <param name="Before">Its manifest; null where only the weights matter.</param>
internal sealed record WarmStart(string Checkpoint, IReadOnlyList<AncestorNote> Lineage, Manifest? Before)
{
    /// <summary>The weights of a file.</summary>
    public static WarmStart At(string checkpoint) => new(checkpoint, [], null);

    /// <summary>That of a run, from its best checkpoint, or else its last.</summary>
    /// <exception cref="FileReadException">The run has no checkpoint that can be read.</exception>
    public static WarmStart Of(RunFolder folder)
    {
        var manifest = Manifest.Read(folder.ManifestFile);
        var path = File.Exists(folder.BestCheckpoint) ? folder.BestCheckpoint : folder.LastCheckpoint;
        var loaded = Runs.Checkpoint.Load(path);
        foreach (var weights in loaded.Weights.Values)
        {
            weights.Dispose();
        }

        return new(path,
            [
                .. manifest.Lineage ?? [],
                new AncestorNote($"{folder.Name}/{folder.Version}", path, loaded.Info.Epoch, loaded.Info.Step, FileDigest.Sha256(path)),
            ],
            manifest);
    }

    /// <summary>What a run began with that has no checkpoint of its own yet; null where it began with initial weights.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="RunException">The run that it began with is gone, or was trained on.</exception>
    public static WarmStart? OfBegun(RunFolder folder)
    {
        if (Manifest.Read(folder.ManifestFile).Lineage is not { Count: > 0 } lineage)
        {
            return null;
        }

        var (parent, root) = (lineage[^1], Path.GetDirectoryName(Path.GetDirectoryName(folder.Path)!)!);
        var moved = Path.Combine(root, parent.Run, "checkpoints", Path.GetFileName(parent.Checkpoint));
        return new[] { parent.Checkpoint, moved }.FirstOrDefault(file => File.Exists(file) && FileDigest.Sha256(file) == parent.Sha256) is { } found
            ? new(found, lineage, null)
            : throw new RunException($"The run {folder.Name}/{folder.Version} began with the weights of {parent.Run} and has no checkpoint of its own yet, "
                + $"and {parent.Checkpoint} is gone or has changed. Start a new run with fff train --from RUN.");
    }

    /// <summary>The model of an experiment with these weights.</summary>
    /// <exception cref="FileReadException">The weights are of another network, or of data of another shape.</exception>
    public DensityModel Model(Experiment experiment, Device device)
    {
        var loaded = Runs.Checkpoint.Load(Checkpoint);
        try
        {
            return ExperimentModel.Load(experiment, loaded.Weights, device);
        }
        catch (ArgumentException e)
        {
            throw new FileReadException(Checkpoint, $"{e.Plain()} A run that begins with another's weights needs the same network and columns", e);
        }
        finally
        {
            foreach (var weights in loaded.Weights.Values)
            {
                weights.Dispose();
            }
        }
    }

    /// <summary>What is said where rows that are held out now may be among those that the other run was trained on; null where the split is the same.</summary>
    /// <param name="seed">The new run's seed.</param>
    /// <param name="data">Its data.</param>
    public string? Leak(long seed, Datasets.DataNote? data) =>
        Before is null || (Before.Seed == seed && Before.Data is { } before && data is not null && before.HasFilesOf(data.Files) && before.Rows == data.Rows)
            ? null
            : $"Data or seed are others than those of {Lineage[^1].Run}, so that they are split anew: rows that are held out here may be among those that "
                + "it was trained on, and validation and test may be too good. Judge this run by data that neither has seen.";
}
