using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>A file of numbers with named columns in memory: text with a header row, or a matrix of NumPy.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Values">All numbers, [N, columns], in float64: they are centred and scaled before anything is rounded to float32.</param>
internal sealed record TableFile(TableColumns Columns, Tensor Values)
{
    /// <summary>Reads the file, by the ending of its name.</summary>
    /// <exception cref="FileReadException">It is missing, damaged or of another format, has no rows, or (.csv) holds text, NaN or infinity.</exception>
    /// <exception cref="DatasetException">It is a vector.</exception>
    public static TableFile Read(string path)
    {
        var file = MatrixFile.Read(path);
        if (file.Values.dim() != 2)
        {
            throw NoTable(path, file.Values.shape[0]);
        }

        var columns = file.Columns is { } names ? new TableColumns(path, names, AreNamed: true) : TableColumns.Numbered(path, file.Values.shape[1]);
        return new(columns with { Rounded = file.Rounded.ToHashSet(), Counting = Counting(columns, file.Values) }, file.Values);
    }

    /// <summary>The error of a vector.</summary>
    public static DatasetException NoTable(string path, long size) => new(
        $"{path}: the array has shape ({size}); a table has two dimensions, rows and columns. "
        + "Save it as one column, array.reshape(-1, 1), or one sample a row.");

    /// <summary>Some columns, [N, C].</summary>
    /// <exception cref="DatasetException">A value in them is not finite.</exception>
    /// <param name="names">Their names.</param>
    /// <param name="indices">Where they are.</param>
    public Tensor Select(IReadOnlyList<string> names, int[] indices)
    {
        using var scope = NewDisposeScope();
        var selected = Values.index_select(1, tensor(indices));
        var wrong = selected.isfinite().logical_not().nonzero();
        if (wrong.shape[0] > 0)
        {
            var (row, column) = (wrong[0, 0].item<long>(), (int)wrong[0, 1].item<long>());
            throw Columns.NotFinite(row, names[column], selected[row, column].item<double>());
        }

        return selected.MoveToOuterDisposeScope();
    }

    private static HashSet<int> Counting(TableColumns columns, Tensor values)
    {
        using var scope = NewDisposeScope();
        return [.. columns.Names.Index().Where(name => TableColumns.IsCalledIndex(name.Item)).Select(name => name.Index).Where(index =>
        {
            var column = values.select(1, index);
            return (column - column[0]).eq(arange(column.shape[0], dtype: float64)).all().item<bool>();
        })];
    }
}
