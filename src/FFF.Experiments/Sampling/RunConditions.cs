using FFF.Datasets.Sbi;
using FFF.Formats;
using FFF.Runs;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>Conditions of a run: those of a benchmark task are observations in its own units, of which the flow is given what the task makes of them.</summary>
public static class RunConditions
{
    private const string Option = "--condition";
    private const string Whose = "the conditions of this run";

    /// <summary>
    /// So many standard deviations from the training's mean a condition counts as far outside; uniform ones lie within 1.7, normal ones within 6.
    /// </summary>
    private const double FarDeviations = 10;

    /// <summary>Reads the conditions. Those that have names are taken by them, in whatever order they are.</summary>
    /// <param name="run">The run whose conditions they are.</param>
    /// <param name="text">A file of one row or many, numbers such as 0.1,-0.2, or numbers by name such as a=0.1,b=-0.2.</param>
    /// <returns>One condition, [C], or one per row, [N, C].</returns>
    /// <exception cref="ConditionException">They are not finite, or come by names that the run does not have.</exception>
    /// <exception cref="FileReadException">The file cannot be read, its columns are others, or the text is neither.</exception>
    internal static Tensor Read(LoadedRun run, string text) => IsFile(text)
        ? OfFile(run, text)
        : tensor(NumbersText.Read(Option, text, NamesOf(run), run.Flow.ConditionDimension, Whose));

    /// <summary>A part of a file's name that tells which condition was meant; a file by its content.</summary>
    /// <exception cref="FileReadException">The file cannot be read.</exception>
    internal static string NameOf(string text)
    {
        var name = IsFile(text)
            ? DistinctName.WithHash(Path.GetFileNameWithoutExtension(text), InputFile.ReadBytes(text))
            : DistinctName.Of(text);
        return $"condition-{name}";
    }

    /// <summary>
    /// What speaks against conditions that lie far outside of those that the run was trained with, in a column or as a combination; null if nothing.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="condition">[C] or [N, C], as it is given.</param>
    internal static string? Doubt(LoadedRun run, Tensor condition)
    {
        using var scope = NewDisposeScope();
        var given = run.Experiment.Data.Inference is { } task && condition.shape[^1] == task.DataDimension ? task.ToCondition(condition) : condition;
        if (given.shape[^1] != run.Flow.ConditionDimension)
        {
            return null;
        }

        if (run.Flow.FarthestCondition(given) is var (column, deviations) && deviations > FarDeviations)
        {
            var name = run.ConditionColumns.Count > column ? $"'{run.ConditionColumns[column]}'" : $"number {column + 1}";
            return $"The condition {name} lies {NumberText.Number(deviations, 3)} standard deviations from the mean of those that the run was trained with: "
                + "what it gives there was never learnt.";
        }

        if (run.Flow.UnlikeConditions(given) is not { } unlike)
        {
            return null;
        }

        var which = condition.dim() == 2 && condition.shape[0] > 1 ? $"in row {unlike.Row} (counted from 0) " : "";
        var others = unlike.Count > 1 ? $", like {NumberText.Count(unlike.Count - 1)} more," : "";
        return $"The condition {which}combines its numbers{others} as none of {NumberText.Count(unlike.Rows)} conditions of the training does: its "
            + $"Mahalanobis distance from their mean is {NumberText.Number(unlike.Distance, 3)}, the largest of theirs {NumberText.Number(unlike.Largest, 3)}. "
            + "What it gives there was hardly learnt.";
    }

    /// <summary>What the run's flow is conditioned on, [N, C'].</summary>
    /// <param name="run">The run.</param>
    /// <param name="rows">The conditions as they are given, [N, C].</param>
    /// <exception cref="ConditionException">They do not fit the run.</exception>
    public static Tensor ForFlow(LoadedRun run, Tensor rows)
    {
        try
        {
            var condition = run.Experiment.Data.Inference is { } task ? PosteriorSampler.ConditionOf(task, rows) : rows.alias();
            run.Flow.RequireConditions(condition);
            return condition;
        }
        catch (ArgumentException e)
        {
            throw new ConditionException(e.Plain(), e);
        }
    }

    private static bool IsFile(string text) => MatrixFile.IsKnown(text) || File.Exists(text);

    private static Tensor OfFile(LoadedRun run, string path)
    {
        var rows = Rows(MatrixFile.Read(path), run);
        return !rows.isfinite().all().item<bool>()
            ? throw new ConditionException($"{path}: holds a value that is not finite, which conditions must be.")
            : rows.shape[0] == 1 ? rows[0]
            : rows;
    }

    /// <summary>A vector is one condition, or as many of one number each.</summary>
    private static Tensor Rows(MatrixFile file, LoadedRun run)
    {
        var names = NamesOf(run);
        if (file.Values.dim() == 1 && run.Flow.ConditionDimension != 1)
        {
            return file.Values.unsqueeze(0);
        }

        return file.Columns is null && file.Values.dim() == 2 ? file.Values
            : names.Count > 0 ? file.Rows(names, Whose, ofSeveral: true)
            : file.Values.dim() == 1 ? file.Values.unsqueeze(1)
            : file.Values.shape[1] == 1 ? file.Values
            : throw new ConditionException($"{file.Path}: names its columns, but those of the run's conditions are not known, "
                + "so that their order is not. Save the numbers in order as .npy, without names.");
    }

    /// <summary>The names of the run's conditions; none where they have no names.</summary>
    private static IReadOnlyList<string> NamesOf(LoadedRun run) => run.Experiment.Data is SbiData
        ? [.. Enumerable.Range(1, run.Flow.ConditionDimension).Select(i => $"data_{i}")]
        : run.ConditionColumns;
}
