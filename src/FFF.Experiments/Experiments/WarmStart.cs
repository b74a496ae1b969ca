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
    /// <summary>Its experiment; null where only the weights matter.</summary>
    private Experiment? Parent { get; init; }

    /// <summary>The weights of a file.</summary>
    public static WarmStart At(string checkpoint) => new(checkpoint, [], null);

    /// <summary>That of a run, from its best checkpoint, or else its last.</summary>
    /// <exception cref="FileReadException">The run has no checkpoint that can be read, or has lost its best one.</exception>
    /// <exception cref="ConfigurationException">The run's configuration is damaged.</exception>
    /// <exception cref="Plugins.PluginException">A plug-in that the run was started with is not loaded, or is another file by now.</exception>
    public static WarmStart Of(RunFolder folder)
    {
        var manifest = Manifest.Read(folder.ManifestFile);
        var path = folder.BestOrLastCheckpoint;
        var loaded = Runs.Checkpoint.Load(path);
        CountersNote.RequireNoBest(folder, path, loaded.Info);
        foreach (var weights in loaded.Weights.Values)
        {
            weights.Dispose();
        }

        return new(path,
            [
                .. manifest.Lineage ?? [],
                new AncestorNote($"{folder.Name}/{folder.Version}", path, loaded.Info.Epoch, loaded.Info.Step, FileDigest.Sha256(path)),
            ],
            manifest)
        {
            Parent = RunExperiment.Read(folder),
        };
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
            var model = ExperimentModel.Load(experiment, loaded.Weights, device);
            return Parent is not null && Difference(Parent, experiment, model.Space) is var (before, now)
                ? throw new FileReadException(Checkpoint, $"is of another network, of {before} and not {now}. A run that begins with another's weights needs "
                    + "the same network and columns")
                : model;
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

    /// <summary>The first line in which what the weights are of differs, there and here: weights of one shape can be of several networks.</summary>
    private static (string Before, string Now)? Difference(Experiment parent, Experiment own, Spaces.Space space)
    {
        string[] Lines(Experiment experiment) => KeptFiles.Compared(new()
        {
            Name = own.Name,
            Data = own.Data,
            Method = experiment.Method.For(space).Architecture,
            Training = new() { Ensemble = experiment.Training.Ensemble },
        }).Split('\n');
        var (before, now) = (Lines(parent), Lines(own));
        return Enumerable.Range(0, Math.Max(before.Length, now.Length)).Where(i => before.ElementAtOrDefault(i) != now.ElementAtOrDefault(i))
            .Select(i => ((string, string)?)(Line(before, i), Line(now, i))).FirstOrDefault();

        static string Line(string[] lines, int number) => $"'{lines.ElementAtOrDefault(number)?.Trim(' ', '-')}'";
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
