using System.Text;
using FFF.Formats;

namespace FFF.Configuration.Yaml;

/// <summary>Reads a file's or a stream's text, or says why it cannot be the text of a configuration.</summary>
internal static class YamlText
{
    /// <summary>More bytes than any configuration has, and few enough to read at once.</summary>
    private const int MaximumBytes = 1 << 20;

    /// <summary>The text of a file, or null after adding a problem.</summary>
    public static string? Read(string path, YamlSource source, ICollection<Problem> problems)
    {
        try
        {
            using var file = InputFile.Shared(path);
            return Decode(Bytes(file), source, problems);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add(source.Problem("", Directory.Exists(path) ? "expected a file, found a directory" : "the file does not exist"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            problems.Add(source.Problem("", Directory.Exists(path) ? "expected a file, found a directory" : $"cannot be read: {error.Message}"));
        }

        return null;
    }

    /// <summary>The text of a stream to its end, or null after adding a problem.</summary>
    public static string? Read(Stream stream, YamlSource source, ICollection<Problem> problems)
    {
        try
        {
            return Decode(Bytes(stream), source, problems);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(source.Problem("", $"cannot be read: {error.Message}"));
            return null;
        }
    }

    private static byte[] Bytes(Stream stream)
    {
        var bytes = new byte[MaximumBytes + 1];
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static string? Decode(byte[] bytes, YamlSource source, ICollection<Problem> problems)
    {
        if (bytes.Length > MaximumBytes)
        {
            problems.Add(source.Problem("", $"expected a configuration of at most {MaximumBytes >> 10} KiB, found a larger file"));
            return null;
        }

        try
        {
            return Encoding(bytes).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            var before = bytes.AsSpan(0, Math.Max(0, error.Index));
            var at = new Location(source, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
            problems.Add(at.Problem("", "expected text in UTF-8, found other bytes"));
            return null;
        }
    }

    /// <summary>UTF-8, unless a byte order mark says UTF-16, in which Windows PowerShell writes what is redirected into a file.</summary>
    private static Encoding Encoding(byte[] bytes) => bytes switch
    {
        [0xff, 0xfe, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        [0xfe, 0xff, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
        _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
    };
}
