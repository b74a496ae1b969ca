using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>A file of numbers with named columns: .csv with a header row, or a two-dimensional .npy, whose columns are named by their numbers from 0.</summary>
internal sealed class TableFile
{
    // A longer list would hide the rest of the message.
    private const int MostListed = 20;

    private readonly string _path;
    private readonly Tensor _values;

    private TableFile(string path, IReadOnlyList<string> columns, Tensor values)
    {
        (_path, Columns, _values) = (path, columns, values);
        if (values.numel() == 0)
        {
            throw new DatasetException($"{path}: holds no numbers; it has {values.shape[0]} rows and {values.shape[1]} columns.");
        }
    }

    /// <summary>The names of all columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads the file, by the ending of its name.</summary>
    /// <exception cref="DatasetException">It is missing, damaged or of another format, has no rows, or (.csv) holds text, NaN or infinity.</exception>
    public static TableFile Read(string path)
    {
        try
        {
            switch (Path.GetExtension(path).ToLowerInvariant())
            {
                case ".csv":
                    var (columns, values) = CsvTable.Read(path);
                    return new TableFile(path, columns, values);
                case ".npy":
                    return FromArray(path, Npy.Read(path));
                default:
                    throw new DatasetException($"{path}: is neither a .csv nor a .npy file by its name; other formats cannot be read.");
            }
        }
        catch (FileReadException e)
        {
            throw new DatasetException(e.Message, e);
        }
    }

    /// <summary>The columns of these names, [N, C], in float32.</summary>
    /// <exception cref="DatasetException">There is no such column, or a value in it is not finite or too large for float32.</exception>
    public Tensor Select(IReadOnlyList<string> names)
    {
        using var scope = NewDisposeScope();
        var selected = _values.index_select(1, tensor(names.Select(IndexOf).ToArray())).to(float32);
        RequireFinite(selected, names);
        return selected.MoveToOuterDisposeScope();
    }

    private static TableFile FromArray(string path, Tensor array) => array.dim() == 2
        ? new TableFile(path, [.. Enumerable.Range(0, (int)array.shape[1]).Select(i => $"{i}")], array)
        : throw new DatasetException($"{path}: the array has shape ({string.Join(", ", array.shape)}); a table has two dimensions, rows and columns. Reshape it in NumPy, one sample a row.");

    private long IndexOf(string name)
    {
        var index = Columns.Index().Where(c => c.Item == name).Select(c => c.Index).DefaultIfEmpty(-1).First();
        return index >= 0 ? index : throw new DatasetException(
            $"{_path}: there is no column '{name}'. Did you mean '{NearestKey.Of(name, Columns)}'? The columns are: {string.Join(", ", Columns.Take(MostListed))}{(Columns.Count > MostListed ? $" and {Columns.Count - MostListed} more" : "")}.");
    }

    private void RequireFinite(Tensor selected, IReadOnlyList<string> names)
    {
        using var wrong = selected.isfinite().logical_not().nonzero();
        if (wrong.shape[0] == 0)
        {
            return;
        }

        var (row, column) = (wrong[0, 0].item<long>(), (int)wrong[0, 1].item<long>());
        var value = _values[row, IndexOf(names[column])].to(float64).item<double>();
        throw new DatasetException(FormattableString.Invariant(
            $"{_path}: row {row} (counted from 0, without a header), column '{names[column]}': {value} {(double.IsFinite(value) ? "is too large for float32; scale the column" : "is not finite; remove the row or replace the value")}."));
    }
}
