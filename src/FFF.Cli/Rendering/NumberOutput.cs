using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Cli.Rendering;

/// <summary>Rows of numbers as a result: into a file, or as separated text on stdout.</summary>
internal static class NumberOutput
{
    /// <summary>The option that names the file.</summary>
    /// <param name="words">What it is for, such as Where the numbers go.</param>
    public static Option<string?> Option(string words)
    {
        var option = CommonOptions.Out($"{words}: .csv or .npy; stdout if left out.");
        OutputFile.RequireEnding(option, ".csv", ".npy");
        return option;
    }

    /// <summary>Writes them, and tells the file's name on stdout.</summary>
    /// <param name="path">The file; stdout takes the numbers if it is null.</param>
    /// <param name="columns">The columns' names.</param>
    /// <param name="values">[N, columns]; a single column becomes a vector in .npy.</param>
    public static void Write(string? path, IReadOnlyList<string> columns, Tensor values)
    {
        if (path is null)
        {
            Console.Out.Write(CsvText.Row(columns));
            foreach (var row in CsvTable.Numbers(values).Chunk(columns.Count))
            {
                Console.Out.Write(CsvText.Row(row));
            }

            return;
        }

        using var written = columns.Count == 1 && !path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? values.squeeze(1) : values.alias();
        MatrixFile.Write(path, columns, written);
        Console.Out.WriteLine(Words.Place(path));
    }
}
