using System.IO.Compression;
using System.Text;
using FFF.Formats;

namespace FFF.Datasets.Molecules;

/// <summary>Text files of one record after the other, plain or compressed where the name ends in .gz.</summary>
internal static class RecordFile
{
    /// <summary>Reads the records one by one, so that files may be larger than memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="next">The next record; null at the end.</param>
    /// <exception cref="FileReadException">The file cannot be read, or holds no record; also what <paramref name="next"/> throws.</exception>
    public static IEnumerable<T> Read<T>(string path, Func<LineReader, T?> next)
        where T : class
    {
        using var lines = LineReader.Open(path);
        var count = 0;
        while (next(lines) is { } record)
        {
            count++;
            yield return record;
        }

        if (count == 0)
        {
            throw new FileReadException(path, "holds no molecule.");
        }
    }

    /// <summary>Writes the records, or nothing.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static void Write<T>(string path, IEnumerable<T> records, Action<TextWriter, T> write) => AtomicFile.Write(path, stream =>
    {
        using var compressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true)
            : null;
        using var writer = new StreamWriter(compressed ?? stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (var record in records)
        {
            write(writer, record);
        }
    });
}
