using System.Text;
using FFF.Formats;

namespace FFF.Datasets.Molecules;

/// <summary>Lines of a text file with their numbers, for messages.</summary>
/// <param name="reader">The text.</param>
/// <param name="file">What messages call it.</param>
/// <param name="part">The part of the file that lines are counted in, such as <c>a.xyz, </c>; empty where it is the whole file.</param>
internal sealed class LineReader(TextReader reader, string file, string part = "") : IDisposable
{
    private const int LongestLine = 1 << 20;

    private readonly StringBuilder _line = new();
    private string? _ahead;
    private bool _afterReturn;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Opens a text file, which may be compressed by gzip or bzip2.</summary>
    /// <exception cref="FileReadException">It cannot be opened, or is of another format.</exception>
    public static LineReader Open(string path) => new(new StreamReader(UnpackedFile.Open(path)), path);

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="FileReadException">What it is compressed in is damaged or truncated, or the line is no line of text.</exception>
    public string? Next()
    {
        try
        {
            var line = _ahead ?? ReadLine();
            _ahead = null;
            Number += line is null ? 0 : 1;
            return line is null || !line.Contains('\0', StringComparison.Ordinal)
                ? line
                : throw Wrong("holds NUL characters: the file is damaged, or no text.");
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(file, $"{part}after line {Number}: is truncated or damaged: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>The next line, which must be there.</summary>
    /// <param name="expected">What it should hold, for the message.</param>
    /// <exception cref="FileReadException">The text ends.</exception>
    /// <param name="advice">Other reasons, and what to do, as words that follow "it is truncated".</param>
    public string Next(string expected, string advice = "") =>
        Next() ?? throw new FileReadException(file, $"{part}after line {Number}: ends where {expected} should follow; it is truncated{advice}.");

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
    public FileReadException Wrong(string problem) => WrongAt(Number, problem);

    /// <summary>What is wrong with an earlier line.</summary>
    public FileReadException WrongAt(int number, string problem) => new(file, $"{part}line {number}: {problem}");

    /// <summary>A line of bounded length: a file of another format may have no line ends at all.</summary>
    private string? ReadLine()
    {
        _line.Clear();
        for (var next = reader.Read(); ; next = reader.Read())
        {
            var isFeed = next == '\n';
            if (isFeed && _afterReturn)
            {
                _afterReturn = false;
                continue;
            }

            _afterReturn = next == '\r';
            if (next < 0 || isFeed || _afterReturn)
            {
                return next < 0 && _line.Length == 0 ? null : _line.ToString();
            }

            if (_line.Length == LongestLine)
            {
                throw new FileReadException(file,
                    $"{part}line {Number + 1}: is longer than {NumberText.Count(LongestLine)} characters, the limit; the file is of another format.");
            }

            _line.Append((char)next);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();
}
