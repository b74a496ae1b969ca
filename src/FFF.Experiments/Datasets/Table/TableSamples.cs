using FFF.Formats;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>The user's own table: which of its columns are learnt, and which are conditions.</summary>
/// <param name="Rows">The samples and conditions: in memory, or in their files.</param>
/// <param name="Columns">The names of the columns that are learnt.</param>
/// <param name="ConditionColumns">The names of the columns that are conditions.</param>
internal sealed record TableSamples(IRows Rows, IReadOnlyList<string> Columns, IReadOnlyList<string> ConditionColumns)
{
    /// <summary>Tables of more numbers stay in their files: in float64 these are 256 MiB, and while they are read a few times as much.</summary>
    private const long MostInMemory = 1L << 25;

    /// <summary>A number in text is seldom shorter, packed seldom much shorter than a quarter of that.</summary>
    private const int BytesOfText = 8;
    private const int BytesOfPackedText = 2;

    private const long FewestBlocks = 100;

    /// <summary>How many rows each file has.</summary>
    public IReadOnlyList<long> RowsOfFiles { get; private init; } = [];

    /// <summary>Whether random orders of the rows are computed, and not kept.</summary>
    public bool IsOrderComputed { get; private init; }

    /// <summary>Opens the table.</summary>
    /// <param name="config">Which files, and which columns of them.</param>
    /// <param name="request">Who asks.</param>
    /// <exception cref="DatasetException">A file cannot be read, or the columns are unknown, named twice, or none.</exception>
    public static TableSamples Read(TableRequest config, DataRequest request)
    {
        TableChoice.RequireOnce(config.Name, config.Columns, config.ConditionColumns);
        var table = InFiles(config, request) ?? InMemory(config);
        var shuffling = new Shuffling(request.IsOrderComputed ?? Shuffling.IsComputedFor(table.Rows.Count), config.ShuffleBlock);
        if (config.ShuffleBlock is { } block && table.Rows.Count / block < FewestBlocks)
        {
            throw new DatasetException($"{config.Name}: has {NumberText.Counted(table.Rows.Count, "row")}, fewer than {FewestBlocks} blocks of {block}, "
                + "which could not be mixed well. Give a smaller data.shuffle_block, or leave it out.")
            {
                Key = "shuffle_block",
            };
        }

        return table with
        {
            IsOrderComputed = shuffling.IsComputed,
            Rows = table.Rows is Samples samples ? samples with { Shuffling = shuffling } : ((StoredRows)table.Rows).By(shuffling),
        };
    }

    private static TableSamples? InFiles(TableRequest config, DataRequest request)
    {
        if (config.InMemory ?? config.Paths.Sum(path => Told(config, path, Numbers)) <= MostInMemory)
        {
            return null;
        }

        var files = new List<(NpyRows Rows, TableColumns Columns)>();
        foreach (var path in config.Paths)
        {
            if (Told(config, path, one => Stored(one, request.Warn)) is not { } file)
            {
                return null;
            }

            files.Add(file);
        }

        var choice = TableChoice.Of(config, [.. files.Select(file => file.Columns)]);
        return new(new StoredRows(new StoredTable(files, choice, config.KeyOfFile), Shuffling.Kept), choice.Names, choice.ConditionNames)
        {
            RowsOfFiles = [.. files.Select(file => file.Rows.Count)],
        };
    }

    /// <summary>What is read of a file, whose errors are those of the key that names it.</summary>
    private static T Told<T>(TableRequest config, string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (FileReadException e)
        {
            throw new DatasetException(e.Message, e) { Key = config.KeyOfFile(path) };
        }
    }

    /// <summary>A file whose rows can be read one by one; null where there is none.</summary>
    private static (NpyRows Rows, TableColumns Columns)? Stored(string path, Action<string>? warn)
    {
        if (MatrixFile.Ending(path) == ".npz" && !Npz.HasOne(path, MatrixFile.SamplesName))
        {
            warn?.Invoke($"{path}: holds several arrays, and is read into memory. Save one array with all columns as .npy to have it read row by row.");
            return null;
        }

        if (MatrixFile.Ending(path) != ".npy")
        {
            return new TableCache(warn).Open(path);
        }

        if (NpyRows.Open(path) is { } rows)
        {
            return (rows, TableColumns.Numbered(path, rows.Columns));
        }

        warn?.Invoke($"{path}: holds no rows that lie one after the other, and is read into memory. Save numpy.ascontiguousarray(array).");
        return null;
    }

    private static TableSamples InMemory(TableRequest config)
    {
        var files = config.Paths.Select(path => Told(config, path, TableFile.Read)).ToList();
        var choice = TableChoice.Of(config, [.. files.Select(file => file.Columns)]);
        Tensor Joined(IReadOnlyList<string> names, int[] indices) => Numerics.RowChunks.Joined([.. files.Select(file => file.Select(names, indices))]);
        var conditions = choice.ConditionIndices.Length == 0 ? null : Joined(choice.ConditionNames, choice.ConditionIndices);
        return new(new Samples(Joined(choice.Names, choice.Indices), conditions), choice.Names, choice.ConditionNames)
        {
            RowsOfFiles = [.. files.Select(file => file.Values.shape[0])],
        };
    }

    /// <summary>About how many numbers a file holds.</summary>
    private static long Numbers(string path) => MatrixFile.Ending(path) switch
    {
        ".npy" => NpyRows.Header(path).Shape.Aggregate(1L, (all, size) => all * size),
        ".npz" => Npz.UnpackedBytes(path) / sizeof(double),
        ".csv" or ".tsv" when File.Exists(path) => new FileInfo(path).Length / (UnpackedFile.PlainName(path) == path ? BytesOfText : BytesOfPackedText),
        ".parquet" or ".h5" or ".hdf5" when File.Exists(path) => new FileInfo(path).Length / sizeof(float),
        _ => 0,
    };
}
