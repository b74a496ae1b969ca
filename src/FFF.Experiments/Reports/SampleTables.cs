using System.Globalization;
using System.Runtime.InteropServices;
using FFF.Datasets.Molecules;
using FFF.Formats;
using MathNet.Numerics.Statistics;

namespace FFF.Reports;

/// <summary>What files of samples hold, in numbers: rows, columns, and each column's mean, deviation and range. Needs no libtorch.</summary>
internal static class SampleTables
{
    private const long LargestFile = 1 << 28;
    private const int MaxColumns = 50;

    /// <summary>The file's table, or what it is where it cannot be summarised.</summary>
    public static string Of(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                return Aside("too large to be summarised here");
            }

            if (MoleculeFile.IsKnown(path))
            {
                return MoleculeSummary.Of(path);
            }

            var (columns, values) = Path.GetExtension(path) switch
            {
                ".csv" => Csv(path),
                ".npy" => Npy(path),
                _ => ([], []),
            };
            return columns.Length == 0 ? Aside("of a format that is not summarised here") : Summary(columns, values);
        }
        catch (Exception e) when (FileFailure.Is(e) || e is InvalidDataException)
        {
            return Aside(e.Message);
        }
    }

    private static string Aside(string text) => $"<p class=\"aside\">{Html.Text(text)}</p>\n";

    private static string Summary(string[] columns, double[] values)
    {
        var rows = values.Length / columns.Length;
        var table = Html.Table(
            ["column", "mean", "standard deviation", "smallest", "largest"],
            columns.Take(MaxColumns)
                .Select((name, column) => Row(name, [.. Enumerable.Range(0, rows).Select(row => values[(row * columns.Length) + column])])));
        return $"<p class=\"aside\">{rows.ToString("N0", CultureInfo.InvariantCulture)} samples of {columns.Length} columns</p>\n{table}";
    }

    private static IEnumerable<string> Row(string name, double[] values)
    {
        var mean = values.DefaultIfEmpty(double.NaN).Average();
        double[] numbers = [mean, values.StandardDeviation(), values.DefaultIfEmpty(double.NaN).Min(), values.DefaultIfEmpty(double.NaN).Max()];
        return [Html.Text(name), .. numbers.Select(Html.Number)];
    }

    private static (string[], double[]) Csv(string path)
    {
        using var file = InputFile.Open(path);
        var table = NumberTable.Read(file, path, sparse: true);
        return (table.Columns, table.Values);
    }

    private static (string[], double[]) Npy(string path)
    {
        using var file = InputFile.Open(path);
        var header = NpyHeader.Read(file, out _);
        if (header.Fortran || header.Type is not ("<f4" or "<f8") || header.Shape.Count is 0 or > 2 || header.Shape.Any(size => size is < 1 or > LargestFile))
        {
            return ([], []);
        }

        var bytes = new byte[file.Length - file.Position];
        file.ReadExactly(bytes);
        var values = header.Type == "<f8"
            ? MemoryMarshal.Cast<byte, double>(bytes).ToArray()
            : Array.ConvertAll(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), value => (double)value);
        var columns = header.Shape.Count == 2 ? header.Shape[1] : 1;
        return values.Length == header.Shape[0] * columns
            ? ([.. Enumerable.Range(0, (int)columns).Select(i => i.ToString(CultureInfo.InvariantCulture))], values)
            : throw new InvalidDataException("has more or less data than its header says.");
    }
}
