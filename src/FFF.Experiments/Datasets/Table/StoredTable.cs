using System.Runtime.InteropServices;
using FFF.Formats;
using FFF.Numerics;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>A table whose rows stay in their files, one after the other, and are read where they are asked for.</summary>
/// <param name="files">The files, with their columns.</param>
/// <param name="choice">Which columns are learnt, and which are conditions.</param>
/// <param name="keyOf">The key of the configuration that names a file.</param>
internal sealed class StoredTable(IReadOnlyList<(NpyRows Rows, TableColumns Columns)> files, TableChoice choice, Func<string, string> keyOf)
{
    /// <summary>Numbers that are worked on at once: temporary tensors are a few times their eight megabytes.</summary>
    private const long NumbersAtOnce = 1 << 20;

    private readonly long[] _ends = Ends(files);
    private readonly int[] _columns = [.. choice.Indices, .. choice.ConditionIndices];

    /// <summary>N.</summary>
    public long Count => _ends[^1];

    /// <summary>D.</summary>
    public int Dimension => choice.Indices.Length;

    /// <summary>C.</summary>
    public int ConditionDimension => choice.ConditionIndices.Length;

    /// <summary>Rows that are worked on at once.</summary>
    public long RowsAtOnce => Math.Max(1, NumbersAtOnce / files[0].Rows.Columns);

    /// <summary>Whether all rows have been seen, and are numbers that can be learnt.</summary>
    public bool IsChecked { get; private set; }

    /// <summary>Some rows, in float64; the caller's.</summary>
    /// <param name="rows">Their numbers, in any order.</param>
    /// <exception cref="DatasetException">A file was changed since it was opened.</exception>
    public Samples Read(ReadOnlySpan<long> rows)
    {
        var width = files[0].Rows.Columns;
        var numbers = new double[rows.Length * width];
        for (var i = 0; i < rows.Length;)
        {
            // Rows that follow each other are read at once.
            var (file, start) = FileOf(rows[i]);
            var run = 1;
            while (i + run < rows.Length && rows[i + run] == rows[i] + run && rows[i + run] < _ends[file])
            {
                run++;
            }

            Read(file, rows[i] - start, numbers.AsSpan(i * width, run * width), null);
            i += run;
        }

        return Chosen(numbers, rows.Length);
    }

    /// <summary>Reads all rows in their order, and throws where one cannot be learnt.</summary>
    /// <param name="each">Is given parts of the rows, which are disposed of afterwards, and the number of the first one.</param>
    /// <exception cref="DatasetException">A number is not finite, or has more digits than float64 keeps.</exception>
    public void Scan(Action<long, Samples> each)
    {
        for (var file = 0; file < files.Count; file++)
        {
            var (rows, columns) = files[file];
            var rounded = new HashSet<int>();
            foreach (var (first, count) in RowChunks.Of(rows.Count, RowsAtOnce))
            {
                using var scope = NewDisposeScope();
                var numbers = new double[count * rows.Columns];
                Read(file, first, numbers, rounded);
                columns.RequireExact(choice.Names, choice.Indices, rounded);
                columns.RequireExact(choice.ConditionNames, choice.ConditionIndices, rounded);
                RequireFinite(columns, first, numbers);
                each(_ends[file] - rows.Count + first, Chosen(numbers, (int)count));
            }
        }

        IsChecked = true;
    }

    private static long[] Ends(IReadOnlyList<(NpyRows Rows, TableColumns Columns)> files)
    {
        var end = 0L;
        return [.. files.Select(file => end += file.Rows.Count)];
    }

    private (int File, long Start) FileOf(long row)
    {
        var file = Array.BinarySearch(_ends, row + 1);
        file = file < 0 ? ~file : file;
        return (file, _ends[file] - files[file].Rows.Count);
    }

    private void Read(int file, long first, Span<double> numbers, ISet<int>? rounded)
    {
        try
        {
            files[file].Rows.Read(first, numbers, rounded);
        }
        catch (FileReadException e)
        {
            throw new DatasetException(e.Message, e) { Key = keyOf(files[file].Columns.Path) };
        }
    }

    private void RequireFinite(TableColumns columns, long first, double[] numbers)
    {
        var width = columns.Names.Count;
        for (var at = 0; at < numbers.Length; at++)
        {
            if (!double.IsFinite(numbers[at]) && Array.IndexOf(_columns, at % width) is >= 0 and var chosen)
            {
                throw columns.NotFinite(first + (at / width), choice.Names.Concat(choice.ConditionNames).ElementAt(chosen), numbers[at]);
            }
        }
    }

    private Samples Chosen(double[] numbers, int count) =>
        new(Columns(numbers, count, choice.Indices), ConditionDimension == 0 ? null : Columns(numbers, count, choice.ConditionIndices));

    private Tensor Columns(double[] numbers, int count, int[] columns)
    {
        var chosen = empty(count, columns.Length, float64, CPU);
        var into = MemoryMarshal.Cast<byte, double>(chosen.bytes);
        var width = files[0].Rows.Columns;
        if (columns.Length == width && columns.Index().All(column => column.Item == column.Index))
        {
            numbers.CopyTo(into);
            return chosen;
        }

        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column < columns.Length; column++)
            {
                into[(row * columns.Length) + column] = numbers[(row * width) + columns[column]];
            }
        }

        return chosen;
    }
}
