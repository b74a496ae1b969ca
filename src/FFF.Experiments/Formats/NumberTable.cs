using System.Globalization;
using CsvHelper;

namespace FFF.Formats;

/// <summary>Numbers in comma-separated text with a header row.</summary>
/// <param name="Columns">The columns' names, distinct and not empty.</param>
/// <param name="Values">The values, row by row.</param>
internal sealed record NumberTable(string[] Columns, double[] Values)
{
    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        HasHeader = false,
        SkipEmptyLines = false,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        MaxRecordSize = 1 << 24, // A file of another format may have no line ends at all.
    };

    /// <summary>How many rows there are.</summary>
    public int RowCount => Values.Length / Columns.Length;

    /// <summary>Reads the text, in UTF-8.</summary>
    /// <param name="stream">The text; left open.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="sparse">Whether cells may be empty, not a number, or infinite; empty ones become NaN.</param>
    /// <exception cref="FileReadException">A row is ragged or empty, a cell is no number, the header is missing or has a name twice.</exception>
    public static NumberTable Read(Stream stream, string path, bool sparse)
    {
        try
        {
            using var reader = CsvReader.Create(stream, Options, leaveOpen: true);
            if (!reader.Read() || IsEmpty(reader))
            {
                throw new FileReadException(path, "begins with no header; a row with the columns' names and at least one row of numbers are needed.");
            }

            string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetString(i).Trim())];
            if (Problem(columns) is { } problem)
            {
                throw new FileReadException(path, $"line 1: {problem}");
            }

            var values = new List<double>();
            while (reader.Read())
            {
                AddRow(values, reader, columns, path, sparse);
            }

            return new NumberTable(columns, [.. values]);
        }
        catch (CsvFormatException e)
        {
            throw new FileReadException(path, $"is no comma-separated text: {e.Message}", e);
        }
    }

    /// <summary>What is wrong with these names of columns, if anything.</summary>
    public static string? Problem(IReadOnlyList<string> columns)
    {
        if (columns.Count == 0 || columns.Any(string.IsNullOrWhiteSpace))
        {
            return "a column has no name.";
        }

        if (columns.All(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            return "holds numbers; a header row with the columns' names is needed first.";
        }

        return columns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? $"the column '{twice.Key}' is there {twice.Count()} times; names must differ."
            : null;
    }

    private static void AddRow(List<double> values, CsvReader reader, string[] columns, string path, bool sparse)
    {
        var count = reader.FieldCount;
        if (count != columns.Length)
        {
            throw new FileReadException(path, IsEmpty(reader)
                ? $"line {reader.LineNumber}: is empty; remove it."
                : $"line {reader.LineNumber}: has {count} cells, but the header names {columns.Length} columns{(count < columns.Length ? $"; the first one missing is '{columns[count]}'" : "")}.");
        }

        for (var i = 0; i < count; i++)
        {
            var cell = reader.GetSpan(i);
            if (sparse && cell.IsEmpty)
            {
                values.Add(double.NaN);
            }
            else if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && (sparse || double.IsFinite(value)))
            {
                values.Add(value);
            }
            else
            {
                var problem = cell.Trim((byte)' ').IsEmpty ? "the cell is empty" : $"'{reader.GetString(i)}' is no {(sparse ? "" : "finite ")}number";
                throw new FileReadException(path, $"line {reader.LineNumber}, column '{columns[i]}': {problem}; write it like 1.5 or -2e-3, or remove the row.");
            }
        }
    }

    private static bool IsEmpty(CsvReader reader) => reader.FieldCount == 0 || (reader.FieldCount == 1 && reader.IsEmpty(0));
}
