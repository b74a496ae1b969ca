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
            RequireCommas(columns, path);
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

    /// <summary>Where one name holds what other programs separate cells by, the file is one of theirs.</summary>
    private static void RequireCommas(string[] columns, string path)
    {
        char[] others = [';', '\t', '|'];
        if (columns.Length == 1 && others.FirstOrDefault(other => columns[0].Contains(other, StringComparison.Ordinal)) is not '\0' and var found)
        {
            throw new FileReadException(path, $"line 1: the header is one name, '{columns[0]}': cells seem to be separated by {(found == '\t' ? "tabs" : $"'{found}'")}. Save the file with commas between cells, and with points, not commas, in numbers.");
        }

        // The reader puts this in place of bytes that are no text in UTF-8.
        if (columns.FirstOrDefault(name => name.Contains('\uFFFD', StringComparison.Ordinal)) is { } broken)
        {
            throw new FileReadException(path, $"line 1: expected text in UTF-8, found other bytes in the name '{broken}'. Save the file in UTF-8.");
        }
    }

    private static void AddRow(List<double> values, CsvReader reader, string[] columns, string path, bool sparse)
    {
        var count = reader.FieldCount;
        if (count != columns.Length)
        {
            throw new FileReadException(path, IsEmpty(reader)
                ? $"line {reader.LineNumber}: is empty; remove it."
                : $"line {reader.LineNumber}: has {NumberText.Counted(count, "cell")}, but the header names {NumberText.Counted(columns.Length, "column")}{(count < columns.Length ? $"; the first one missing is '{columns[count]}'" : "")}.");
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
