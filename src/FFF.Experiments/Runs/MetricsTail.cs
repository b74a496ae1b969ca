using System.Globalization;
using System.Text;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>
/// The last value of each scalar in metrics.csv, read from the end of the file: listing ten thousand runs must not read
/// all that they ever logged. Needs no libtorch.
/// </summary>
internal static class MetricsTail
{
    private const int FirstRead = 1 << 12;

    /// <summary>So far back an empty column is searched for a value: longer than the validations of any run are apart.</summary>
    private const int LongestRead = 1 << 18;

    /// <summary>
    /// The scalars' last values by name, the step first; scalars without a value among the last 256 KiB are left out. Empty
    /// where nothing was logged yet or the file is missing.
    /// </summary>
    /// <exception cref="FileReadException">The file cannot be read or is no metrics.</exception>
    public static IReadOnlyDictionary<string, double> Read(string path)
    {
        if (!File.Exists(path))
        {
            return new Dictionary<string, double>();
        }

        using var file = InputFile.Open(path);
        var columns = Header(file, path);
        var values = new double[columns.Length];
        for (var size = FirstRead; ; size *= 8)
        {
            Array.Fill(values, double.NaN);
            var isWhole = file.Length <= size;
            Fill(values, Rows(file, Math.Min(size, file.Length)), path);
            if (isWhole || size >= LongestRead || !values.Any(double.IsNaN))
            {
                return new OrderedDictionary<string, double>(columns.Zip(values, KeyValuePair.Create).Where(value => !double.IsNaN(value.Value)));
            }
        }
    }

    private static string[] Header(FileStream file, string path)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, false, 512, leaveOpen: true);
        var line = reader.ReadLine()?.Split(',');
        return line is [MetricsWriter.StepColumn, ..]
            ? line
            : throw new FileReadException(path, $"is not the metrics of a run: its first column is not '{MetricsWriter.StepColumn}'.");
    }

    /// <summary>The complete rows in the last bytes of the file, in order, without the header.</summary>
    private static string[] Rows(FileStream file, long size)
    {
        var bytes = new byte[size];
        file.Seek(-size, SeekOrigin.End);
        var text = Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // The first line is the header, or a part of a row.
        return lines.Length == 0 ? [] : lines[1..];
    }

    private static void Fill(double[] values, string[] rows, string path)
    {
        var missing = values.Length;
        for (var row = rows.Length - 1; row >= 0 && missing > 0; row--)
        {
            var column = 0;
            foreach (var range in rows[row].AsSpan().Split(','))
            {
                var cell = rows[row].AsSpan(range);
                if (column >= values.Length)
                {
                    throw new FileReadException(path, $"the row '{rows[row]}' has more cells than the header.");
                }

                if (double.IsNaN(values[column]) && cell.Length > 0)
                {
                    values[column] = double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                        ? value
                        : throw new FileReadException(path, $"the row '{rows[row]}' has a cell that is no number.");
                    missing -= double.IsNaN(values[column]) ? 0 : 1;
                }

                column++;
            }
        }
    }
}
