using FFF.Configuration;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Evaluations;

/// <summary>Where the results of evaluations are kept: files in a run's folder, and metrics in its manifest.</summary>
internal static class EvaluationFiles
{
    private const string Best = "best";

    /// <summary>Where the result of an evaluation of a run's best checkpoint is kept.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="name">The evaluation's name, such as c2st.</param>
    public static string Result(RunFolder folder, string name) => Path.Combine(folder.EvaluationFolder, $"{name}.json");

    /// <summary>The metrics that a manifest has once all evaluations of its experiment are done.</summary>
    public static IReadOnlyList<string> Headlines(Experiment experiment) =>
        [.. experiment.Evaluate.OfType<IEvaluation>().Select(evaluation => evaluation.Headline.Metric).Distinct()];

    /// <summary>Writes a result and its figures. Only all of the evaluation of the best checkpoint is the run's own, whose metrics go into the manifest.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="name">The evaluation's name.</param>
    /// <param name="result">The result.</param>
    /// <param name="checkpoint">The checkpoint, as it was asked for: best, last or a file.</param>
    /// <param name="file">Where the result goes instead of the run's folder, and its figures beside it; null for the run's folder.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="RunFolderGoneException">The run's folder is gone.</exception>
    public static IReadOnlyList<string> Keep(RunFolder folder, string name, EvaluationResult result, string checkpoint = Best, string? file = null)
    {
        var of = checkpoint == Best ? "" : $".{Path.GetFileNameWithoutExtension(checkpoint)}";
        if (file is null && checkpoint == Best && result.Part is null)
        {
            Save(folder, name, result);
        }
        else
        {
            var part = result.Part is null ? "" : $".{result.Part}";
            AtomicFile.WriteText(file ?? Path.Combine(RunFolders.Ensure(folder, folder.EvaluationFolder), $"{name}{of}{part}.json"), result.Json + "\n");
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
        var manifest = Manifest.Read(folder.ManifestFile);
        var results = manifest.Results.Concat(result.Metrics).GroupBy(metric => metric.Key).ToDictionary(group => group.Key, group => group.Last().Value);
        var doubts = (manifest.Doubts ?? new Dictionary<string, IReadOnlyList<string>>()).Where(old => old.Key != name).ToDictionary();
        if (result.Doubts.Count > 0)
        {
            doubts[name] = result.Doubts;
        }

        (manifest with { Results = results, Doubts = doubts.Count > 0 ? doubts : null }).Write(folder.ManifestFile);
        return results;
    });
}
