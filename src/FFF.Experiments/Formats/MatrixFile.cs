using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>A matrix in a file of one of several formats, told apart by the ending of its name.</summary>
/// <param name="Path">The file.</param>
/// <param name="Columns">The columns' names, C of them; null where the format has none.</param>
/// <param name="Values">[N, C], or [N] of a vector, float64, on the CPU.</param>
internal sealed record MatrixFile(string Path, IReadOnlyList<string>? Columns, Tensor Values)
{
    /// <summary>The endings that are known, in words.</summary>
    public const string Endings = ".csv, .tsv (also .gz or .bz2), .npy, .npz, .parquet, .h5 or .hdf5";

    /// <summary>The array that is meant of an archive with several.</summary>
    internal const string SamplesName = "samples";

    /// <summary>The columns that hold whole numbers of so many digits that float64 rounds them.</summary>
    internal IReadOnlyList<int> Rounded { get; private init; } = [];

    /// <summary>The rows of the conditions that samples are of, [N], where an archive or another file has them beside these; null where none has.</summary>
    private Tensor? RowsBeside { get; init; }

    /// <summary>Whether the name has one of <see cref="Endings"/>.</summary>
    public static bool IsKnown(string path) => Ending(path) is ".npy" or ".npz" or ".csv" or ".tsv" or ".parquet" or ".h5" or ".hdf5";

    /// <summary>Whether <see cref="Write"/> knows a file of this name.</summary>
    public static bool CanWrite(string path) => Ending(path) == ".npy" || path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes rows as .npy, or as .csv with a header.</summary>
    /// <param name="path">The file; see <see cref="CanWrite"/>.</param>
    /// <param name="columns">The columns' names; those of a .npy have none.</param>
    /// <param name="values">[N, C], or [N] for .npy.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<string> columns, Tensor values)
    {
        if (Ending(path) == ".npy")
        {
            Npy.Write(path, values);
        }
        else
        {
            CsvTable.Write(path, columns, values);
        }
    }

    /// <summary>Reads a matrix, or a vector of .npy and .npz.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sparse">Whether cells of text may be empty, not a number, or infinite.</param>
    /// <exception cref="FileReadException">The file is missing, damaged, of another format, or holds no matrix.</exception>
    public static MatrixFile Read(string path, bool sparse = false)
    {
        var file = Ending(path) switch
        {
            ".npy" => OfArray(path, Npy.Read(path)),
            ".npz" => OfArchive(path, Npz.Read),
            ".h5" or ".hdf5" => OfArchive(path, Hdf5Arrays.Read),
            ".parquet" => OfParquet(path),
            ".csv" or ".tsv" => OfTable(path, sparse),
            _ => throw new FileReadException(path,
                File.Exists(path) && What(path) is { } what ? $"{what}." : $"ends in none of {Endings} by its name; other formats cannot be read."),
        };
        return file.Values.numel() > 0
            ? file
            : throw new FileReadException(path,
                $"holds no numbers; it has {file.Values.shape[0]} rows{(file.Values.dim() > 1 ? $" and {file.Values.shape[1]} columns" : "")}.");
    }

    /// <summary>
    /// The rows, [N, C], with columns in the order of these names; those of a file without names as they are. A vector is N rows of one number. What this
    /// program writes beside samples is left out.
    /// </summary>
    /// <param name="names">The names.</param>
    /// <param name="whose">Whose they are, such as the conditions of the run.</param>
    /// <param name="ofSeveral">Whether they may be samples of several conditions.</param>
    /// <exception cref="FileReadException">A column is missing or unknown, there are more or fewer, or they are samples of several conditions.</exception>
    public Tensor Rows(IReadOnlyList<string> names, string whose, bool ofSeveral = false)
    {
        using var scope = NewDisposeScope();
        if (!ofSeveral)
        {
            RequireOneCondition(names, "Keep those of one row.");
        }

        var rows = Values.dim() == 1 ? Values.unsqueeze(1) : Values;
        if (Columns is not null)
        {
            var own = SampleColumn.Own(Columns).Union(names).ToHashSet();
            var kept = Columns.Index().Where(column => own.Contains(column.Item)).ToList();
            var order = ColumnNames.Order(Path, [.. kept.Select(column => column.Item)], names, whose).Select(at => (long)kept[(int)at].Index).ToArray();
            return rows.index_select(1, tensor(order)).MoveToOuterDisposeScope();
        }

        return rows.shape[1] == names.Count
            ? rows.alias().MoveToOuterDisposeScope()
            : throw new FileReadException(Path,
                $"has {NumberText.Counted(rows.shape[1], "column")}, but {whose} {(names.Count == 1 ? "is 1" : $"are {names.Count}")}.");
    }

    /// <summary>The samples of one condition alone, where <c>fff sample</c> wrote those of several with the row of each.</summary>
    /// <param name="row">The row of the conditions, from 0.</param>
    /// <param name="own">The names of the samples' own columns; those of the file itself if left out.</param>
    /// <returns>Null where the file does not say of which rows its samples are.</returns>
    /// <exception cref="FileReadException">None of the samples is of this row.</exception>
    internal MatrixFile? OfRow(long row, IReadOnlyList<string>? own = null)
    {
        using var scope = NewDisposeScope();
        if (ConditionRows(own) is not { } rows)
        {
            return null;
        }

        var chosen = rows.eq(row).nonzero().flatten();
        Tensor Chosen(Tensor all) => all.index_select(0, chosen).MoveToOuterDisposeScope();
        return chosen.shape[0] > 0
            ? this with { Values = Chosen(Values), RowsBeside = Chosen(rows) }
            : throw new FileReadException(Path, $"has no samples of row {row} of the conditions; it has those of {ListedRows(rows)}.");
    }

    /// <summary>Refuses samples of several conditions, which no single distribution has.</summary>
    /// <param name="own">The names of the samples' own columns; null for those of the file itself.</param>
    /// <param name="remedy">What to do.</param>
    /// <exception cref="FileReadException">They are of several.</exception>
    internal void RequireOneCondition(IReadOnlyList<string>? own, string remedy)
    {
        using var scope = NewDisposeScope();
        if (ConditionRows(own) is { } rows && rows.ne(rows[0]).any().item<bool>())
        {
            throw new FileReadException(Path, $"holds samples of several conditions, of the rows {ListedRows(rows)}, which are no samples of one distribution. "
                + remedy);
        }
    }

    /// <summary>The rows of the conditions that the samples are of, [N]; null where neither the file nor one beside it says.</summary>
    private Tensor? ConditionRows(IReadOnlyList<string>? own)
    {
        if (RowsBeside is not null)
        {
            return RowsBeside.alias();
        }

        if (Columns is not null)
        {
            return SampleColumn.Row.In(Columns) is { } name && own?.Contains(name) != true ? Values.select(1, Columns.ToList().IndexOf(name)) : null;
        }

        // One that is shorter or longer was left by other samples.
        return Ending(Path) == ".npy" && SampleColumn.Row.FileBeside(Path) is var file && File.Exists(file) && Npy.Read(file) is var rows
            && rows.dim() == 1 && rows.shape[0] == Values.shape[0] ? rows : null;
    }

    private static string ListedRows(Tensor rows)
    {
        const int MaxListed = 10;
        double[] known = [.. rows.to(float64).contiguous().data<double>().ToArray().Distinct().Order()];
        var more = known.Length > MaxListed ? $" and {known.Length - MaxListed} more" : "";
        return string.Join(", ", known.Take(MaxListed).Select(row => NumberText.Number(row))) + more;
    }

    /// <summary>The ending by which the format is told, that of a compression left out.</summary>
    internal static string Ending(string path)
    {
        var ending = System.IO.Path.GetExtension(path).ToLowerInvariant();
        return UnpackedFile.Endings.Contains(ending) && System.IO.Path.GetExtension(UnpackedFile.PlainName(path)).ToLowerInvariant() is ".csv" or ".tsv"
            ? System.IO.Path.GetExtension(UnpackedFile.PlainName(path)).ToLowerInvariant()
            : ending;
    }

    private static string? What(string path)
    {
        using var file = InputFile.Open(path);
        return ForeignFormat.What(path, UnpackedFile.Start(file));
    }

    private static MatrixFile OfTable(string path, bool sparse)
    {
        var table = CsvTable.ReadTable(path, sparse);
        return new(path, table.Columns, tensor(table.Values, [table.RowCount, table.Columns.Length])) { Rounded = [.. table.Rounded.Order()] };
    }

    private static MatrixFile OfParquet(string path)
    {
        var (columns, values, rounded) = ParquetTable.Read(path);
        return new(path, columns, values) { Rounded = rounded };
    }

    private static MatrixFile OfArray(string path, Tensor array)
    {
        using var scope = NewDisposeScope();
        if (array.dim() is not (1 or 2))
        {
            throw new FileReadException(path, $"holds an array of shape ({string.Join(", ", array.shape)}); rows and columns of numbers are needed. "
                + "Reshape it in NumPy, one sample a row: array.reshape(len(array), -1).");
        }

        var values = array.to(float64);
        var rounded = array.dtype == int64
            ? values.to(int64).ne(array).reshape(array.shape[0], -1).any(0).nonzero().flatten().data<long>().Select(column => (int)column).ToArray()
            : [];
        return new(path, null, values.MoveToOuterDisposeScope()) { Rounded = rounded };
    }

    /// <summary>The only array of an archive, the samples of one that this program wrote, or all arrays beside each other.</summary>
    private static MatrixFile OfArchive(string path, Func<string, IReadOnlyDictionary<string, Tensor>> read)
    {
        using var scope = NewDisposeScope();
        var arrays = read(path);
        var file = (arrays.Count == 1 ? arrays.Values.First() : arrays.GetValueOrDefault(SamplesName)) is { } array
            ? OfArray(path, array)
            : OfArrays(path, arrays);
        file.Values.MoveToOuterDisposeScope();
        return file.Columns is null && arrays.GetValueOrDefault(SampleColumn.Row.Name) is { } row && row.dim() == 1 && row.shape[0] == file.Values.shape[0]
            ? file with { RowsBeside = row.to(float64).MoveToOuterDisposeScope() }
            : file;
    }

    /// <summary>
    /// Arrays of as many rows as one table: a vector or a single column has its array's name, and the columns of a matrix are NAME_0 and so on.
    /// </summary>
    private static MatrixFile OfArrays(string path, IReadOnlyDictionary<string, Tensor> arrays)
    {
        if (arrays.Count == 0 || arrays.Values.Any(array => array.dim() is not (1 or 2) || array.shape[0] != arrays.Values.First().shape[0]))
        {
            throw new FileReadException(path, $"holds {NumberText.Counted(arrays.Count, "array")}"
                + $"{(arrays.Count == 0 ? "" : $", {string.Join(", ", arrays.Select(array => $"{array.Key} ({string.Join(", ", array.Value.shape)})"))}")}: "
                + "save the one that is meant by numpy.save, or arrays of one or two dimensions with as many rows, which are taken as one table.");
        }

        var (names, parts, rounded) = (new List<string>(), new List<Tensor>(), new List<int>());
        foreach (var (name, array) in arrays)
        {
            var part = OfArray(path, array);
            var values = part.Values.reshape(array.shape[0], -1);
            rounded.AddRange(part.Rounded.Select(column => names.Count + column));
            names.AddRange(values.shape[1] == 1 ? [name] : Enumerable.Range(0, (int)values.shape[1]).Select(column => $"{name}_{column}"));
            parts.Add(values);
        }

        return ColumnNames.Problem(names) is { } problem
            ? throw new FileReadException(path, problem)
            : new(path, names, cat(parts, 1)) { Rounded = rounded };
    }
}
