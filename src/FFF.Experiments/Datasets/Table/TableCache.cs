using System.Text.Json;
using FFF.Formats;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>
/// Large tables in formats whose rows cannot be read one by one, converted once: text and archives, as .npy in the user's cache. A file
/// is known by the digest of the one that it was made of, and has its own in a note beside it. Files may be deleted at any time.
/// </summary>
/// <param name="warn">Is told of conversions, which can take minutes, and of files that are damaged or cannot be written.</param>
internal sealed class TableCache(Action<string>? warn)
{
    private readonly string _folder = CacheFolder.Of("tables");

    /// <summary>The rows of a table, converted where that was not done yet; null where they cannot be kept, or are of a shape that is no table.</summary>
    /// <exception cref="FileReadException">The table cannot be read.</exception>
    public (NpyRows Rows, TableColumns Columns)? Open(string path)
    {
        var name = Path.Combine(_folder, FileDigest.Sha256(path));
        var (file, note) = (name + ".npy", name + ".json");
        try
        {
            if (!OwnPlace.Make(_folder))
            {
                return Unkept(path, $"others can write '{_folder}'");
            }

            if (Kept(path, file, note) is { } kept)
            {
                return kept;
            }

            warn?.Invoke($"{path} is converted once, into '{file}', from which its rows are read.");
            Convert(path, file, note);
            return Kept(path, file, note);
        }
        catch (Exception e) when (FileFailure.Is(e) && e is not FileReadException)
        {
            return Unkept(path, e.Message.TrimEnd('.'));
        }
    }

    private (NpyRows Rows, TableColumns Columns)? Unkept(string path, string reason)
    {
        warn?.Invoke($"{path} could not be converted into the cache ({reason}), and is read into memory. {CacheFolder.Variable} names another folder.");
        return null;
    }

    private (NpyRows Rows, TableColumns Columns)? Kept(string path, string file, string note)
    {
        if (!File.Exists(file) || !File.Exists(note) || !OwnPlace.IsOwn(file) || !OwnPlace.IsOwn(note))
        {
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize<Note>(InputFile.ReadText(note)) is { } known && FileDigest.Sha256(file) == known.Sha256)
            {
                return NpyRows.Open(file) is { } rows ? (rows, known.Of(path, rows.Columns)) : null;
            }
        }
        catch (Exception e) when (e is FileReadException or JsonException)
        {
        }

        warn?.Invoke($"{file}: is damaged. It is made again.");
        return null;
    }

    private static void Convert(string path, string file, string note)
    {
        Note? made = null;
        AtomicFile.Write(file, stream => made = MatrixFile.Ending(path) switch
        {
            ".npz" => CopyArchive(path, stream),
            ".csv" or ".tsv" => ConvertText(path, stream),
            _ => ConvertTable(path, stream),
        });
        OwnPlace.Close(file);
        AtomicFile.WriteText(note, JsonSerializer.Serialize(made! with { Sha256 = FileDigest.Sha256(file) }));
        OwnPlace.Close(note);
    }

    private static Note CopyArchive(string path, Stream stream)
    {
        if (!Npz.Copy(path, MatrixFile.SamplesName, stream))
        {
            // Reading it says what is wrong.
            _ = MatrixFile.Read(path);
        }

        return new(null, [], [], "");
    }

    private static Note ConvertText(string path, Stream stream)
    {
        using var text = UnpackedFile.Open(path);
        var (writer, counting) = (new NpyWriter(stream), new Counting());
        writer.Begin();
        var (columns, rounded) = NumberTable.Read(text, path, sparse: false, names =>
        {
            counting.Begin(names.Length);
            return value =>
            {
                writer.Add(value);
                counting.Add(value);
            };
        });
        return writer.End(columns.Length) > 0
            ? new(columns, [.. rounded.Order()], [.. counting.Columns().Where(column => TableColumns.IsCalledIndex(columns[column]))], "")
            : throw CsvTable.NoRows(path);
    }

    /// <summary>Formats that are read into memory as a whole.</summary>
    private static Note ConvertTable(string path, Stream stream)
    {
        using var scope = NewDisposeScope();
        var table = TableFile.Read(path);
        Npy.Write(stream, table.Values);
        return new(table.Columns.AreNamed ? [.. table.Columns.Names] : null, [.. table.Columns.Rounded.Order()], [.. table.Columns.Counting.Order()], "");
    }

    /// <summary>What a converted file does not tell.</summary>
    /// <param name="Columns">The names of its columns; null where they have none.</param>
    /// <param name="Rounded">The columns with whole numbers that float64 rounds.</param>
    /// <param name="Counting">The columns that are called and look like a count of the rows.</param>
    /// <param name="Sha256">The digest of the converted file.</param>
    private sealed record Note(string[]? Columns, int[] Rounded, int[] Counting, string Sha256)
    {
        public TableColumns Of(string path, int count) =>
            (Columns is null ? TableColumns.Numbered(path, count) : new TableColumns(path, Columns, AreNamed: true)) with
            {
                Rounded = Rounded.ToHashSet(),
                Counting = Counting.ToHashSet(),
            };
    }

    /// <summary>Which columns count the rows.</summary>
    private sealed class Counting
    {
        private double[] _next = [];
        private bool[] _counts = [];
        private long _seen;

        public void Begin(int columns) => (_next, _counts) = (new double[columns], [.. Enumerable.Repeat(true, columns)]);

        public void Add(double value)
        {
            var column = _seen++ % _next.Length;
            _counts[column] &= _seen <= _next.Length || value == _next[column];
            _next[column] = value + 1;
        }

        public IEnumerable<int> Columns() => Enumerable.Range(0, _counts.Length).Where(column => _counts[column]);
    }
}
