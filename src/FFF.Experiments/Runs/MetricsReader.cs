using System.Text;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>Scalars that a run logged.</summary>
/// <param name="Steps">The steps, one per row.</param>
/// <param name="Columns">The scalars by name, each with a value per row; NaN where none was logged.</param>
public sealed record Metrics(IReadOnlyList<long> Steps, IReadOnlyDictionary<string, double[]> Columns);

/// <summary>Reads metrics.csv, of a run that is still writing it too. Needs no libtorch.</summary>
public static class MetricsReader
{
    /// <summary>Reads all complete rows.</summary>
    /// <exception cref="FileReadException">The file is missing or damaged.</exception>
    public static Metrics Read(string path)
    {
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(CompleteLines(path)));
        var table = NumberTable.Read(text, path, sparse: true);
        if (table.Columns[0] != MetricsWriter.StepColumn)
        {
            throw new FileReadException(path, $"is not the metrics of a run: its first column is '{table.Columns[0]}', not '{MetricsWriter.StepColumn}'.");
        }

        double[] Column(int index) => [.. Enumerable.Range(0, table.RowCount).Select(row => table.Values[(row * table.Columns.Length) + index])];
        return new Metrics(
            [.. Column(0).Select(step => (long)step)],
            table.Columns.Index().Skip(1).ToDictionary(column => column.Item, column => Column(column.Index)));
    }

    /// <summary>The file's text up to the last line feed: a row that is being written, or was when the machine stopped, is left out.</summary>
    internal static string CompleteLines(string path)
    {
        using var reader = new StreamReader(InputFile.Open(path));
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)];
    }
}
