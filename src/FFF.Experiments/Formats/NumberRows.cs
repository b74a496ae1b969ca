using System.Globalization;
using CsvHelper;

namespace FFF.Formats;

/// <summary>Takes up the rows of a table of numbers.</summary>
/// <param name="columns">The columns' names.</param>
/// <param name="path">What messages call the file.</param>
/// <param name="separator">What separates cells.</param>
/// <param name="sparse">Whether cells may be empty, not a number, or infinite; empty ones become NaN.</param>
/// <param name="take">Is given the values, row by row.</param>
internal sealed class NumberRows(string[] columns, string path, char separator, bool sparse, Action<double> take)
{
    private readonly HashSet<int> _rounded = [];
    private bool _isEmpty = true;
    private long? _blank;

    /// <summary>The columns with whole numbers that float64 rounds.</summary>
    public IReadOnlySet<int> Rounded => _rounded;

    /// <summary>Remembers a blank line: at the end they are no rows, before others they are an error.</summary>
    public void AddBlank(long line) => _blank ??= line;

    /// <summary>Adds the row that was read last.</summary>
    /// <exception cref="FileReadException">It is ragged, or a cell is no number.</exception>
    public void Add(CsvReader reader)
    {
        var line = (long)reader.LineNumber;
        if (_blank is { } blank)
        {
            throw new FileReadException(path, columns.Length == 1
                ? $"line {blank}, column '{columns[0]}': the cell is empty; write a number, or remove the line."
                : $"line {blank}: is empty; remove it.");
        }

        if (reader.FieldCount != columns.Length)
        {
            throw new FileReadException(path, $"line {line}: has {NumberText.Counted(reader.FieldCount, "cell")}, but the header names "
                + $"{NumberText.Counted(columns.Length, "column")}{Hint(reader.FieldCount)}");
        }

        for (var column = 0; column < columns.Length; column++)
        {
            Add(reader.GetSpan(column), column, line);
        }

        _isEmpty = false;
    }

    private void Add(ReadOnlySpan<byte> cell, int column, long line)
    {
        if (sparse && cell.IsEmpty)
        {
            take(double.NaN);
        }
        else if (PlainNumber.TryParse(cell, out var value) && (sparse || double.IsFinite(value)))
        {
            take(value);
            if (PlainNumber.IsRounded(cell, value))
            {
                _rounded.Add(column);
            }
        }
        else if (sparse && IsMissing(cell))
        {
            take(double.NaN);
        }
        else if (sparse && !cell.Contains((byte)0) && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            take(value);
        }
        else
        {
            throw new FileReadException(path, $"line {line}, column '{columns[column]}': {Problem(System.Text.Encoding.UTF8.GetString(cell))}");
        }
    }

    /// <summary>What NumPy, awk and R write for infinities and for nothing.</summary>
    private static bool IsMissing(ReadOnlySpan<byte> cell) => cell.TrimStart("+-"u8) is var bare
        && (System.Text.Ascii.EqualsIgnoreCase(bare, "inf"u8) || System.Text.Ascii.EqualsIgnoreCase(bare, "nan"u8) || bare.SequenceEqual("NA"u8));

    private string Problem(string cell)
    {
        if (string.IsNullOrWhiteSpace(cell))
        {
            return "the cell is empty; write it like 1.5 or -2e-3, or remove the row.";
        }

        var shown = cell.Replace("\0", "\\0", StringComparison.Ordinal);
        var advice = cell.Contains('\0', StringComparison.Ordinal) ? "it holds NUL characters, so the file is damaged. Write it again."
            : cell.Contains(',', StringComparison.Ordinal)
                ? "numbers have a decimal point, and no commas, neither for decimals nor between thousands. Save the file so."
            : "write it like 1.5 or -2e-3, or remove the row.";
        return $"'{(shown.Length > 40 ? shown[..40] + "…" : shown)}' is no {(sparse ? "" : "finite ")}number; {advice}";
    }

    private string Hint(int cells) =>
        cells < columns.Length ? $"; the first one missing is '{columns[cells]}'."
        : _isEmpty && cells == columns.Length + 1 ? ". R's write.table writes row names so: leave them out by row.names = FALSE."
        : separator == ',' && cells == 2 * columns.Length ? ". Are there commas within numbers? They need decimal points."
        : ".";
}
