using System.Globalization;
using CsvHelper;
using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>
/// A matrix as text with a header row, separated by commas, semicolons or tabs, plain or compressed by gzip or bzip2; numbers
/// with a decimal point, whatever the machine's language.
/// </summary>
internal static class CsvTable
{
    /// <summary>Reads the columns' names and the values, [N, C] in float64, N ≥ 1.</summary>
    /// <exception cref="FileReadException">
    /// The file is missing; has no header or no rows; a row is ragged or empty, or a cell is no finite number. The message
    /// names line and column.
    /// </exception>
    public static (string[] Columns, Tensor Values) Read(string path)
    {
        var table = ReadTable(path);
        return (table.Columns, tensor(table.Values, [table.RowCount, table.Columns.Length]));
    }

    /// <inheritdoc cref="Read"/>
    /// <param name="path">The file.</param>
    /// <param name="sparse">Whether cells may be empty, not a number, or infinite; empty ones become NaN.</param>
    internal static NumberTable ReadTable(string path, bool sparse = false)
    {
        using var file = UnpackedFile.Open(path);
        var table = NumberTable.Read(file, path, sparse);
        return table.RowCount > 0 ? table : throw NoRows(path);
    }

    /// <summary>The error of a table without rows.</summary>
    internal static FileReadException NoRows(string path) => new(path, "has a header, but no rows.");

    /// <summary>Writes a matrix of numbers, each with as many digits as it takes to read the same number back.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The columns' names: C of them, distinct, not empty, and not all numbers.</param>
    /// <param name="values">The values, [N, C], of any real type. Those that are not finite are written as NaN, Infinity or -Infinity.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">Names and values do not fit together.</exception>
    public static void Write(string path, IReadOnlyList<string> columns, Tensor values)
    {
        if (values.dim() != 2 || values.shape[1] != columns.Count)
        {
            throw new ArgumentException($"Values of shape [{string.Join(", ", values.shape)}] do not fit {columns.Count} columns.", nameof(values));
        }

        if (ColumnNames.Problem(columns) is { } problem)
        {
            throw new ArgumentException($"The header is invalid: {problem}", nameof(columns));
        }

        AtomicFile.Write(path, stream =>
        {
            using var csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
            csv.WriteRecord([.. columns]);
            foreach (var row in Numbers(values).Chunk(columns.Count))
            {
                csv.WriteRecord(row);
            }
        });
    }

    /// <summary>The shortest text of each number that reads back as the same one.</summary>
    internal static string[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        var local = values.detach().cpu();
        return local.dtype switch
        {
            ScalarType.Float64 => [.. local.contiguous().data<double>().Select(v => v.ToString("R", CultureInfo.InvariantCulture))],
            ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 =>
                [.. local.to(ScalarType.Float32).contiguous().data<float>().Select(v => v.ToString("R", CultureInfo.InvariantCulture))],
            _ => [.. local.to(ScalarType.Int64).contiguous().data<long>().Select(v => v.ToString(CultureInfo.InvariantCulture))],
        };
    }
}
