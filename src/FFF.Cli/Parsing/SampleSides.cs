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

    /// <summary>The samples of a side, columns in the order of these names, [N, D].</summary>
    /// <exception cref="FileReadException">The file cannot be read, or its columns are others.</exception>
    public static (string Name, Tensor Values) Read(string text, IReadOnlyList<string> names, string whose)
    {
        var (name, file) = Open(text);
        return (name, file.Rows(names, whose));
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
                : throw new CommandException(ExitCode.Usage, $"--truth: has {NumberText.Counted(typed.Length, "number")}, but {whose} are {names.Count}.");
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
