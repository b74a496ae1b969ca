using Parquet;
using Parquet.Schema;
using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>A table in Apache Parquet, as pandas, polars and Arrow write it: columns of numbers with names.</summary>
internal static class ParquetTable
{
    /// <summary>pandas' index, where it had to be written.</summary>
    private const string IndexName = "__index_level_";

    /// <summary>From here on float64 rounds whole numbers.</summary>
    private const double MostExact = 1L << 53;

    /// <summary>Reads the columns' names, the values, [N, C] in float64, in which what is missing is NaN, and the columns that were rounded.</summary>
    /// <exception cref="FileReadException">The file is missing or damaged, or a column holds anything but numbers.</exception>
    public static (string[] Columns, Tensor Values, int[] Rounded) Read(string path)
    {
        using var file = InputFile.Open(path);
        try
        {
            return ReadAsync(path, file).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not FileReadException)
        {
            // Of any kind: what a damaged file leads the library to is not told beforehand.
            throw new FileReadException(path, $"is no Parquet file, or a damaged one: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static async Task<(string[] Columns, Tensor Values, int[] Rounded)> ReadAsync(string path, Stream file)
    {
        await using var reader = await ParquetReader.CreateAsync(file, leaveStreamOpen: true);
        DataField[] fields = [.. reader.Schema.GetDataFields().Where(field => !field.Name.StartsWith(IndexName, StringComparison.Ordinal))];
        string[] names = [.. fields.Select(field => field.Name)];
        if (ColumnNames.Problem(names) is { } problem)
        {
            throw new FileReadException(path, problem);
        }

        var columns = new List<double[]>();
        foreach (var field in fields)
        {
            if (field.MaxRepetitionLevel > 0 || field.MaxDefinitionLevel > 1 || Reader(field.ClrType) is not { } read)
            {
                throw new FileReadException(path, $"the column '{field.Name}' holds {Kind(field)}, not numbers: "
                    + "write the table without it, such as by pandas.DataFrame.drop(columns=[...]).to_parquet('table.parquet', index=False).");
            }

            var parts = new List<double[]>();
            foreach (var group in reader.RowGroups)
            {
                parts.Add(await read(group, field));
            }

            columns.Add(parts is [var only] ? only : [.. parts.SelectMany(part => part)]);
        }

        if (columns.Any(column => column.Length != columns[0].Length))
        {
            throw new FileReadException(path, "is damaged: its columns are not equally long.");
        }

        using var scope = NewDisposeScope();
        return (names, stack([.. columns.Select(column => tensor(column))], 1).MoveToOuterDisposeScope(),
            [.. fields.Index().Where(field => field.Item.ClrType == typeof(long) || field.Item.ClrType == typeof(ulong))
                .Where(field => columns[field.Index].Any(value => Math.Abs(value) >= MostExact)).Select(field => field.Index)]);
    }

    private static string Kind(DataField field) =>
        field.MaxRepetitionLevel > 0 ? "lists"
        : field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(string) ? "text"
        : field.ClrType == typeof(DateTime) ? "dates"
        : "something else";

    /// <summary>What reads a column of this type; null where it holds no numbers.</summary>
    private static Func<ParquetRowGroupReader, DataField, Task<double[]>>? Reader(Type type) =>
        type == typeof(double) ? (group, field) => Column<double>(group, field, value => value)
        : type == typeof(float) ? (group, field) => Column<float>(group, field, value => value)
        : type == typeof(long) ? (group, field) => Column<long>(group, field, value => value)
        : type == typeof(int) ? (group, field) => Column<int>(group, field, value => value)
        : type == typeof(short) ? (group, field) => Column<short>(group, field, value => value)
        : type == typeof(sbyte) ? (group, field) => Column<sbyte>(group, field, value => value)
        : type == typeof(ulong) ? (group, field) => Column<ulong>(group, field, value => value)
        : type == typeof(uint) ? (group, field) => Column<uint>(group, field, value => value)
        : type == typeof(ushort) ? (group, field) => Column<ushort>(group, field, value => value)
        : type == typeof(byte) ? (group, field) => Column<byte>(group, field, value => value)
        : type == typeof(decimal) ? (group, field) => Column<decimal>(group, field, value => (double)value)
        : type == typeof(bool) ? (group, field) => Column<bool>(group, field, value => value ? 1 : 0)
        : null;

    private static async Task<double[]> Column<T>(ParquetRowGroupReader group, DataField field, Func<T, double> number)
        where T : struct
    {
        var count = checked((int)group.RowCount);
        if (field.IsNullable)
        {
            var values = new T?[count];
            await group.ReadAsync<T>(field, values.AsMemory());
            return [.. values.Select(value => value is { } known ? number(known) : double.NaN)];
        }

        var all = new T[count];
        await group.ReadAsync<T>(field, all.AsMemory());
        return [.. all.Select(number)];
    }
}
