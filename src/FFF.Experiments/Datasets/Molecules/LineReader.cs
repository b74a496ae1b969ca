using FFF.Formats;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.GZip;

namespace FFF.Datasets.Molecules;

/// <summary>Lines of a text file with their numbers, for messages.</summary>
/// <param name="reader">The text.</param>
/// <param name="file">What messages call it.</param>
/// <param name="part">The part of the file that lines are counted in, such as <c>a.xyz, </c>; empty where it is the whole file.</param>
internal sealed class LineReader(TextReader reader, string file, string part = "") : IDisposable
{
    private string? _ahead;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Opens a text file, which may be compressed by gzip.</summary>
    /// <exception cref="FileReadException">It cannot be opened.</exception>
    public static LineReader Open(string path)
    {
        var stream = InputFile.Open(path);

        // The framework's own stream takes a truncated file for a whole one.
        return new(new StreamReader(IsCompressed(path) ? new GZipInputStream(stream) : stream), path);
    }

    /// <summary>Whether the name ends in .gz.</summary>
    public static bool IsCompressed(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an exception comes of damaged data: the library that unpacks them checks little, and answers in many ways.</summary>
    public static bool IsDamage(Exception e) => e is
        SharpZipBaseException or InvalidDataException or EndOfStreamException or ArgumentException or IndexOutOfRangeException
        or ArithmeticException or FormatException or InvalidOperationException or NullReferenceException;

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="FileReadException">What it is compressed in is damaged or truncated.</exception>
    public string? Next()
    {
        try
        {
            var line = _ahead ?? reader.ReadLine();
            _ahead = null;
            Number += line is null ? 0 : 1;
            return line;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new FileReadException(file, $"{part}after line {Number}: is truncated or damaged: {e.Message}", e);
        }
    }

    /// <summary>The next line, which must be there.</summary>
    /// <param name="expected">What it should hold, for the message.</param>
    /// <exception cref="FileReadException">The text ends.</exception>
    public string Next(string expected) => Next() ?? throw new FileReadException(file, $"{part}after line {Number}: ends where {expected} should follow; it is truncated.");

    /// <summary>The next line that is not blank; null at the end.</summary>
    public string? NextFilled()
    {
        var line = Next();
        while (line is not null && string.IsNullOrWhiteSpace(line))
        {
            line = Next();
        }

        return line;
    }

    /// <summary>Takes back the line that was read last.</summary>
    public void Return(string line)
    {
        _ahead = line;
        Number--;
    }

    /// <summary>What is wrong with the line that was read last.</summary>
    public FileReadException Wrong(string problem) => new(file, $"{part}line {Number}: {problem}");

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();
}
