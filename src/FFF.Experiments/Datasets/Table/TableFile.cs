using System.Globalization;
using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>A file of numbers with named columns: text with a header row, or a matrix of NumPy, whose columns are named by their numbers from 0.</summary>
internal sealed class TableFile
{
    // A longer list would hide the rest of the message.
    private const int MaxListed = 20;

    private readonly MatrixFile _file;

    private TableFile(MatrixFile file, IReadOnlyList<string> columns) => (_file, Columns) = (file, columns);

    /// <summary>The names of all columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads the file, by the ending of its name.</summary>
    /// <exception cref="DatasetException">It is missing, damaged or of another format, has no rows, or (.csv) holds text, NaN or infinity.</exception>
    public static TableFile Read(string path)
    {
        try
        {
            var file = MatrixFile.Read(path);
            return file.Values.dim() == 2
                ? new(file, file.Columns ?? [.. Enumerable.Range(0, (int)file.Values.shape[1]).Select(i => i.ToString(CultureInfo.InvariantCulture))])
                : throw new DatasetException($"{path}: the array has shape ({file.Values.shape[0]}); a table has two dimensions, rows and columns. "
                    + "Save it as one column, array.reshape(-1, 1), or one sample a row.");
        }
        catch (FileReadException e)
        {
            throw new DatasetException(e.Message, e) { Key = "path" };
        }
    }

    /// <summary>The columns of these names, [N, C], in float64: they are centred and scaled before anything is rounded to float32.</summary>
    /// <exception cref="DatasetException">There is no such column, or a value in it is not finite or has more digits than float64 keeps.</exception>
    /// <param name="names">The names.</param>
    /// <param name="key">The key of the configuration that has them.</param>
    public Tensor Select(IReadOnlyList<string> names, string key)
    {
        using var scope = NewDisposeScope();
        var indices = names.Select(name => IndexOf(name, key)).ToArray();
        if (names.Zip(indices).FirstOrDefault(pair => _file.Rounded.Contains((int)pair.Second)).First is { } rounded)
        {
            throw new DatasetException($"{_file.Path}: the column '{rounded}' holds whole numbers of more digits than float64 keeps, beyond 2⁵³, "
                + "so that different ones would be read as the same. Subtract an offset from the column first.");
        }

        var selected = _file.Values.index_select(1, tensor(indices));
        RequireFinite(selected, names);
        return selected.MoveToOuterDisposeScope();
    }

    /// <summary>The column that only counts rows, as pandas writes and reads again what it calls the index; null if there is none.</summary>
    public string? RowNumbers()
    {
        using var scope = NewDisposeScope();
        var name = Columns.FirstOrDefault(name => name.StartsWith("Unnamed:", StringComparison.Ordinal) || name is "index" or "level_0" or "rownames");
        if (name is null)
        {
            return null;
        }

        var values = _file.Values.select(1, IndexOf(name, "columns"));
        return (values - values[0]).eq(arange(values.shape[0], dtype: float64)).all().item<bool>() || name.StartsWith("Unnamed:", StringComparison.Ordinal)
            ? name
            : null;
    }

    private long IndexOf(string name, string key)
    {
        var index = Columns.Index().Where(c => c.Item == name).Select(c => c.Index).DefaultIfEmpty(-1).First();
        if (index >= 0)
        {
            return index;
        }

        var near = _file.Columns is null ? "" : $" Did you mean '{NearestKey.Of(name, Columns)}'?";
        throw new DatasetException($"{_file.Path}: there is no column '{name}'.{near} The columns are: "
            + $"{string.Join(", ", Columns.Take(MaxListed))}{(Columns.Count > MaxListed ? $" and {Columns.Count - MaxListed} more" : "")}.")
        {
            Key = key,
        };
    }

    private void RequireFinite(Tensor selected, IReadOnlyList<string> names)
    {
        using var wrong = selected.isfinite().logical_not().nonzero();
        if (wrong.shape[0] > 0)
        {
            var (row, column) = (wrong[0, 0].item<long>(), (int)wrong[0, 1].item<long>());
            throw new DatasetException(FormattableString.Invariant(
                $"{_file.Path}: row {row} (counted from 0, without a header), column '{names[column]}': {selected[row, column].item<double>()} is not finite; ")
                + "remove the row or replace the value.");
        }
    }
}
