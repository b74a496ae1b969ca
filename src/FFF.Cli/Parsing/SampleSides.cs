using System.CommandLine;
using FFF.Formats;
using FFF.Plots;
using static TorchSharp.torch;

namespace FFF.Cli.Parsing;

/// <summary>Files of samples that are drawn over each other, as the user names them: FILE, or NAME=FILE for what the picture calls them.</summary>
internal static class SampleSides
{
    /// <summary>What a side is called, and its file; a file of the very name that is typed is meant as it is.</summary>
    /// <exception cref="FileReadException">The file cannot be read.</exception>
    public static (string Name, MatrixFile File) Open(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at <= 0 || File.Exists(text)
            ? (Path.GetFileNameWithoutExtension(UnpackedFile.PlainName(text)), MatrixFile.Read(text))
            : (text[..at], MatrixFile.Read(text[(at + 1)..]));
    }

    /// <summary>The option that chooses samples of one condition.</summary>
    public static Option<int?> Row() => CommonOptions.Number<int>("--row",
        "Of files with samples of several conditions, as fff sample writes them, those of this row of the conditions alone, from 0.",
        row => row >= 0, "a whole number from 0");

    /// <summary>Of files with samples of several conditions those of one row, which must be chosen; others as they are.</summary>
    /// <param name="files">The files.</param>
    /// <param name="row">The row; null where none was chosen.</param>
    /// <param name="own">The names of the samples' own columns; those of each file itself if left out.</param>
    /// <exception cref="CommandException">A row was chosen, and no file says of which rows its samples are.</exception>
    /// <exception cref="FileReadException">None of a file's samples is of this row, or they are of several and none was chosen.</exception>
    public static IReadOnlyList<MatrixFile> OfRow(IReadOnlyList<MatrixFile> files, int? row, IReadOnlyList<string>? own = null)
    {
        var chosen = files.Select(file => row is { } number ? file.OfRow(number, own) : null).ToList();
        if (row is not null && chosen.All(file => file is null))
        {
            throw new CommandException(ExitCode.Usage, $"--row: there is no column '{SampleColumn.Row.Name}' in "
                + $"{string.Join(", ", files.Select(file => file.Path))}, which would tell of which condition each sample is: leave --row out.");
        }

        foreach (var file in row is null ? files : [])
        {
            file.RequireOneCondition(own, "Choose one by --row.");
        }

        return [.. files.Zip(chosen, (file, of) => of ?? file)];
    }

    /// <summary>True parameters: numbers, by name or in order, or a file of one row; [D].</summary>
    /// <exception cref="CommandException">They are not as many as there are names.</exception>
    /// <exception cref="FileReadException">The file cannot be read, or its columns are others.</exception>
    public static double[] Truth(string text, IReadOnlyList<string> names, string whose)
    {
        if (!MatrixFile.IsKnown(text) && !File.Exists(text))
        {
            var typed = NumbersText.Read("--truth", text, names, names.Count, whose);
            return typed.Length == names.Count
                ? typed
                : throw new CommandException(ExitCode.Usage, $"--truth: has {NumberText.Counted(typed.Length, "number")}, but {whose} are {names.Count}: "
                    + $"{string.Join(", ", names)}.");
        }

        using var scope = NewDisposeScope();
        var file = MatrixFile.Read(text);
        var rows = file.Columns is null && file.Values.dim() == 1 && names.Count > 1 ? file with { Values = file.Values.unsqueeze(0) } : file;
        var row = rows.Rows(names, whose);
        return row.shape[0] == 1
            ? row[0].contiguous().data<double>().ToArray()
            : throw new CommandException(ExitCode.Usage, $"{text}: has {row.shape[0]} rows, but one picture marks one point.");
    }

    /// <summary>Refuses more sides than a picture can tell apart.</summary>
    /// <exception cref="CommandException">There are more.</exception>
    public static void RequireFew(int count)
    {
        if (count > PosteriorPlot.MaxSides)
        {
            throw new CommandException(ExitCode.Usage, $"{count} sets of samples cannot be told apart in one picture; {PosteriorPlot.MaxSides} at most.");
        }
    }
}
