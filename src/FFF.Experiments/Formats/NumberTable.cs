using CsvHelper;

namespace FFF.Formats;

/// <summary>Numbers in separated text with a header row.</summary>
/// <param name="Columns">The columns' names, distinct and not empty.</param>
/// <param name="Values">The values, row by row.</param>
internal sealed record NumberTable(string[] Columns, double[] Values)
{
    /// <summary>A file of another format may have no line ends at all.</summary>
    private const int LongestLine = 1 << 24;

    private const int HeaderBytes = 1 << 16;

    /// <summary>How many rows there are.</summary>
    public int RowCount => Values.Length / Columns.Length;

    /// <summary>The columns with whole numbers of so many digits that float64 rounds them.</summary>
    public IReadOnlySet<int> Rounded { get; private init; } = new HashSet<int>();

    /// <summary>Reads the text, in UTF-8.</summary>
    /// <param name="stream">The text; left open.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="sparse">Whether cells may be empty, not a number, or infinite; empty ones become NaN.</param>
    /// <exception cref="FileReadException">A row is ragged or empty, a cell is no number, the header is missing or has a name twice.</exception>
    public static NumberTable Read(Stream stream, string path, bool sparse)
    {
        var values = new List<double>();
        var (columns, rounded) = Read(stream, path, sparse, _ => values.Add);
        return new(columns, [.. values]) { Rounded = rounded };
    }

    /// <summary>The same of a table of any size, whose values are given one by one, row by row.</summary>
    /// <inheritdoc cref="Read(Stream, string, bool)"/>
    /// <param name="stream">The text; left open.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="sparse">Whether cells may be empty, not a number, or infinite; empty ones become NaN.</param>
    /// <param name="begin">Is given the columns' names, and tells what is given the values.</param>
    /// <returns>The columns' names, and the numbers of those with whole numbers of so many digits that float64 rounds them.</returns>
    public static (string[] Columns, IReadOnlySet<int> Rounded) Read(Stream stream, string path, bool sparse, Func<string[], Action<double>> begin)
    {
        try
        {
            var ahead = new byte[HeaderBytes];
            ahead = ahead[..stream.ReadAtLeast(ahead, ahead.Length, throwOnEndOfStream: false)];
            var separator = Separator(ahead);
            using var text = new PrefixedStream(ahead, stream);
            using var reader = CsvReader.Create(text, Options(separator), leaveOpen: true);
            if (!reader.Read() || IsBlank(reader))
            {
                throw new FileReadException(path, "begins with no header; a row with the columns' names and at least one row of numbers are needed.");
            }

            var columns = Header(reader, path);
            var rows = new NumberRows(columns, path, separator, sparse, begin(columns));
            while (reader.Read())
            {
                if (IsBlank(reader) && !(sparse && columns.Length == 1))
                {
                    rows.AddBlank(reader.LineNumber);
                }
                else
                {
                    rows.Add(reader);
                }
            }

            return (columns, rows.Rounded);
        }
        catch (CsvFormatException e)
        {
            throw new FileReadException(path, $"is no comma-separated text: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(path, $"is truncated or damaged: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static CsvReaderOptions Options(char separator) => new()
    {
        Separator = separator,
        HasHeader = false,
        SkipEmptyLines = false,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        MaxRecordSize = LongestLine,
    };

    /// <summary>A header without commas, but with semicolons or tabs, is of a table that is separated by these.</summary>
    private static char Separator(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\n', (byte)'\r');
        var header = end < 0 ? text : text[..end];
        return header.Contains((byte)',') || header.StartsWith("sep="u8) ? ',' : header.Contains((byte)';') ? ';' : header.Contains((byte)'\t') ? '\t' : ',';
    }

    private static string[] Header(CsvReader reader, string path)
    {
        string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetString(i).Trim())];

        // NumPy's savetxt writes its header as a comment.
        columns[0] = columns[0].TrimStart('#').TrimStart();
        var problem = columns[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase) ? "is a note for Excel, 'sep='; remove the line."
            : columns.FirstOrDefault(name => name.Contains('\0', StringComparison.Ordinal)) is not null
                ? "holds NUL characters: the file is damaged, or no text."
            : columns is [var only] && only.Contains('|', StringComparison.Ordinal)
                ? $"the header is one name, '{only}': cells seem to be separated by '|'. Save the file with commas between cells."
            : columns.FirstOrDefault(name => name.Contains('\uFFFD', StringComparison.Ordinal)) is { } broken
                ? $"expected text in UTF-8, found other bytes in the name '{broken}'. Save the file in UTF-8."
            : ColumnNames.Problem(columns);
        return problem is null ? columns : throw new FileReadException(path, $"line 1: {problem}");
    }

    private static bool IsBlank(CsvReader reader) => reader.FieldCount == 0 || (reader.FieldCount == 1 && reader.GetSpan(0).Trim(" \t"u8).IsEmpty);
}
