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
    private const int MaxExample = 4;

    private static readonly string[] Examples = ["0.1", "-0.2", "0.3"];

    /// <summary>Reads the conditions. Those that have names are taken by them, in whatever order they are.</summary>
    /// <param name="text">A file of one row or many, numbers such as 0.1,-0.2, or numbers by name such as a=0.1,b=-0.2.</param>
    /// <param name="run">The run whose conditions they are.</param>
    /// <returns>One condition, [C], or one per row, [N, C].</returns>
    /// <exception cref="FileReadException">The file cannot be read, or its columns are others.</exception>
    /// <exception cref="CommandException">The text is neither.</exception>
    public static Tensor Read(string text, LoadedRun run)
    {
        var condition = MatrixFile.IsKnown(text) || File.Exists(text) ? FromFile(text, run) : tensor(Numbers(text, run));
        RunWarnings.OfFarConditions(run, condition);
        return condition;
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

    private static double[] Numbers(string text, LoadedRun run)
    {
        var parts = text.Split(',');
        if (parts.All(part => part.Contains('=', StringComparison.Ordinal)))
        {
            return ByName(text, parts, run);
        }

        return [.. parts.Select(part => Number(part, text, run))];
    }

    private static double[] ByName(string text, string[] parts, LoadedRun run)
    {
        var names = NamesOf(run);
        if (names.Count == 0)
        {
            throw new CommandException(ExitCode.Usage,
                $"--condition: names conditions, but those of the run are not known. Give the numbers in order, such as {Example(run)}; found '{text}'.");
        }

        var given = parts.Select(part => (Name: part[..part.LastIndexOf('=')].Trim(), Value: Number(part[(part.LastIndexOf('=') + 1)..], text, run))).ToList();
        if (given.GroupBy(pair => pair.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new CommandException(ExitCode.Usage, $"--condition: '{twice.Key}' is given {twice.Count()} times.");
        }

        try
        {
            return [.. ColumnNames.Order("--condition", [.. given.Select(pair => pair.Name)], names, Whose).Select(at => given[(int)at].Value)];
        }
        catch (FileReadException e)
        {
            throw new CommandException(ExitCode.Usage, e.Message, e);
        }
    }

    private static double Number(string part, string text, LoadedRun run) => PlainNumber.TryParse(part, out var number) && double.IsFinite(number)
        ? number
        : throw new CommandException(ExitCode.Usage,
            $"--condition: expected a .npy or .csv file, or {NumberText.Counted(run.Flow.ConditionDimension, "number")} such as {Example(run)}; "
            + $"found '{text}'.");

    /// <summary>So many numbers as the run has conditions, and where they have names the same by name.</summary>
    private static string Example(LoadedRun run)
    {
        var (numbers, names) = (Enumerable.Range(0, run.Flow.ConditionDimension).Select(i => Examples[i % Examples.Length]).ToList(), NamesOf(run));
        return numbers.Count > MaxExample ? "0.1,-0.2,..."
            : string.Join(',', numbers) + (names.Count == 0 ? "" : $" or {string.Join(',', names.Zip(numbers, (name, number) => $"{name}={number}"))}");
    }


    /// <summary>The names of the run's conditions; none where they have no names.</summary>
    private static IReadOnlyList<string> NamesOf(LoadedRun run) => run.Experiment.Data is SbiData
        ? [.. Enumerable.Range(1, run.Flow.ConditionDimension).Select(i => $"data_{i}")]
        : run.ConditionColumns;
}
