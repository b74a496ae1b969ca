using FFF.Configuration;
using FFF.Datasets;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Evaluations;

/// <summary>Where the results of evaluations are kept: files in a run's folder, and metrics in its manifest.</summary>
internal static class EvaluationFiles
{
    /// <summary>Where the result of an evaluation of a run's best checkpoint is kept.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="name">The evaluation's name, such as c2st.</param>
    public static string Result(RunFolder folder, string name) => Path.Combine(folder.EvaluationFolder, $"{name}.json");

    /// <summary>The metrics that a manifest has once all evaluations of its experiment are done.</summary>
    public static IReadOnlyList<string> Headlines(Experiment experiment) =>
        [.. experiment.Evaluate.OfType<IEvaluation>().Select(evaluation => evaluation.Headline.Metric).Distinct()];

    /// <summary>
    /// Writes a result and its figures. Only all of the evaluation of the best checkpoint is the run's own, whose metrics go into the manifest.
    /// </summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="name">The evaluation's name.</param>
    /// <param name="result">The result.</param>
    /// <param name="checkpoint">The checkpoint, as it was asked for: best, last or a file.</param>
    /// <param name="changed">
    /// The data that it was carried out on, where those are not the run's own: the manifest notes them, and the result is none of the run's; null otherwise.
    /// </param>
    /// <param name="file">Where the result goes instead of the run's folder, and its figures beside it; null for the run's folder.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="RunFolderGoneException">The run's folder is gone.</exception>
    public static IReadOnlyList<string> Keep(RunFolder folder, string name, EvaluationResult result, string checkpoint = CheckpointName.Best,
        string? file = null, DataNote? changed = null)
    {
        if (changed is not null)
        {
            Manifest.Change(folder.ManifestFile, manifest => RunData.Noted(manifest, $"eval-{name}", changed));
        }

        // What is not all of the evaluation of the best checkpoint on the run's own data is told apart, and so are its figures.
        string?[] parts = [CheckpointName.Of(folder, checkpoint), result.Part, changed is null ? null : RunData.ShortName(changed)];
        var of = string.Concat(parts.OfType<string>().Select(part => $".{part}"));
        if (file is null && of.Length == 0)
        {
            Save(folder, name, result);
        }
        else
        {
            AtomicFile.WriteText(file ?? Path.Combine(RunFolders.Ensure(folder, folder.EvaluationFolder), $"{name}{of}.json"), result.Json + "\n");
        }

        return [.. result.Figures.Select(figure =>
        {
            var path = file is null
                ? Path.Combine(RunFolders.Ensure(folder, folder.PlotFolder), figure.Name + of + figure.Ending)
                : Path.ChangeExtension(file, $".{figure.Suffix}{figure.Ending}");
            figure.Draw($"{folder.Name}/{folder.Version}", path);
            return path;
        })];
    }

    /// <summary>Writes eval/NAME.json, and the metrics and doubts into the manifest.</summary>
    /// <inheritdoc cref="Keep"/>
    public static void Save(RunFolder folder, string name, EvaluationResult result) => RunPresence.Watch(folder, () =>
    {
        RunFolders.Ensure(folder, folder.EvaluationFolder);
        AtomicFile.WriteText(Result(folder, name), result.Json + "\n");
        return Manifest.Change(folder.ManifestFile, manifest => manifest with
        {
            Results = manifest.Results.Concat(result.Metrics).GroupBy(metric => metric.Key).ToDictionary(group => group.Key, group => group.Last().Value),
            Doubts = RunDoubts.With(manifest.Doubts, name, result.Doubts),
        });
    });
}
