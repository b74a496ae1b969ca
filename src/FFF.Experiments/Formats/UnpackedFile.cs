namespace FFF.Formats;

/// <summary>Files of text, plain or compressed by gzip or bzip2, which is told by their first bytes.</summary>
internal static class UnpackedFile
{
    private const int StartBytes = 512;

    /// <summary>The endings of compressed files, which follow that of what is in them.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".gz", ".bz2"];

    /// <summary>The name without the ending of a compression.</summary>
    public static string PlainName(string path) =>
        Endings.FirstOrDefault(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } ending ? path[..^ending.Length] : path;

    /// <summary>Opens the file and looks whether it is of a kind that holds no such text.</summary>
    /// <returns>The text's bytes. Reading them throws an <see cref="InvalidDataException"/> where the file is damaged or ends too soon.</returns>
    /// <exception cref="FileReadException">It cannot be read, or is of another kind; the message says of which and what to do.</exception>
    public static Stream Open(string path)
    {
        var file = InputFile.Open(path);
        try
        {
            if (!file.CanSeek)
            {
                return file;
            }

            var start = Start(file);
            if (!GZipMembers.IsOf(start) && !BZip2Streams.IsOf(start))
            {
                return Known(path, start, file);
            }

            var unpacked = Unpacked(file, start);
            try
            {
                ForeignFormat.Refuse(path, StartOf(unpacked), "after unpacking, ");
            }
            catch (InvalidDataException)
            {
                // Reading will say so, with the place.
            }

            file.Position = 0;
            return Unpacked(file, start);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The first bytes of a file, which is left at its start.</summary>
    public static byte[] Start(FileStream file)
    {
        var start = StartOf(file);
        file.Position = 0;
        return start;
    }

    private static BoundedStream Unpacked(FileStream file, ReadOnlySpan<byte> start) =>
        new(GZipMembers.IsOf(start) ? new GZipMembers(file) : new BZip2Streams(file), BoundedStream.LimitOf(file.Length));

    private static FileStream Known(string path, byte[] start, FileStream file)
    {
        ForeignFormat.Refuse(path, start);
        return file;
    }

    private static byte[] StartOf(Stream stream)
    {
        var start = new byte[StartBytes];
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }
}
