using FFF.Cli.Rendering;
using FFF.Datasets.Sbi;
using FFF.Formats;
using FFF.Runs;
using static TorchSharp.torch;

namespace FFF.Cli.Parsing;

/// <summary>Conditions as the user gives them: a file, or the numbers themselves.</summary>
internal static class ConditionText
{
    private const string Whose = "the conditions of this run";

    /// <summary>Reads the conditions. Those that have names are taken by them, in whatever order they are.</summary>
    /// <param name="text">A file of one row or many, numbers such as 0.1,-0.2, or numbers by name such as a=0.1,b=-0.2.</param>
    /// <param name="run">The run whose conditions they are.</param>
    /// <returns>One condition, [C], or one per row, [N, C].</returns>
    /// <exception cref="FileReadException">The file cannot be read, or its columns are others.</exception>
    /// <exception cref="CommandException">The text is neither.</exception>
    public static Tensor Read(string text, LoadedRun run)
    {
        var condition = MatrixFile.IsKnown(text) || File.Exists(text)
            ? FromFile(text, run)
            : tensor(NumbersText.Read("--condition", text, NamesOf(run), run.Flow.ConditionDimension, Whose));
        RunWarnings.OfFarConditions(run, condition);
        return condition;
    }

    /// <summary>Reads one condition, [C].</summary>
    /// <inheritdoc cref="Read"/>
    /// <param name="text">A file of one row, numbers such as 0.1,-0.2, or numbers by name such as a=0.1,b=-0.2.</param>
    /// <param name="run">The run whose condition it is.</param>
    /// <param name="why">Why there can be but one, such as one picture shows the posterior of one condition.</param>
    public static Tensor ReadOne(string text, LoadedRun run, string why)
    {
        var condition = Read(text, run);
        return condition.dim() == 1
            ? condition
            : throw new CommandException(ExitCode.Usage, $"{text}: has {condition.shape[0]} rows, but {why}.");
    }

    private static Tensor FromFile(string text, LoadedRun run)
    {
        var rows = Rows(MatrixFile.Read(text), run);
        return !rows.isfinite().all().item<bool>()
            ? throw new CommandException(ExitCode.Usage, $"{text}: holds a value that is not finite, which conditions must be.")
            : rows.shape[0] == 1 ? rows[0]
            : rows;
    }

    /// <summary>A part of a file's name that tells which condition was meant; a file by its content.</summary>
    /// <exception cref="FileReadException">The file cannot be read.</exception>
    public static string Name(string text)
    {
        var name = MatrixFile.IsKnown(text) || File.Exists(text)
            ? DistinctName.WithHash(Path.GetFileNameWithoutExtension(text), InputFile.ReadBytes(text))
            : DistinctName.Of(text);
        return $"condition-{name}";
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
            : names.Count > 0 ? file.Rows(names, Whose)
            : file.Values.dim() == 1 ? file.Values.unsqueeze(1)
            : file.Values.shape[1] == 1 ? file.Values
            : throw new CommandException(ExitCode.Usage, $"{file.Path}: names its columns, but those of the run's conditions are not known, "
                + "so that their order is not. Save the numbers in order as .npy, without names.");
    }

    /// <summary>The names of the run's conditions; none where they have no names.</summary>
    private static IReadOnlyList<string> NamesOf(LoadedRun run) => run.Experiment.Data is SbiData
        ? [.. Enumerable.Range(1, run.Flow.ConditionDimension).Select(i => $"data_{i}")]
        : run.ConditionColumns;
}
