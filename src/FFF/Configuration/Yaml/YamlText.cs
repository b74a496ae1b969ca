using System.Text;

namespace FFF.Configuration.Yaml;

/// <summary>Reads a file's text, or says why it cannot be the text of a configuration.</summary>
internal static class YamlText
{
    /// <summary>More bytes than any configuration has, and few enough to read at once.</summary>
    private const int MaximumBytes = 1 << 20;

    /// <summary>The text of a file, or null after adding a problem.</summary>
    public static string? Read(string path, YamlSource source, ICollection<Problem> problems)
    {
        try
        {
            return Decode(Bytes(path), source, problems);
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

    private static byte[] Bytes(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[MaximumBytes + 1];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
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
            var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return utf8.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            var before = bytes.AsSpan(0, Math.Max(0, error.Index));
            var at = new Location(source, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
            problems.Add(at.Problem("", "expected text in UTF-8, found other bytes"));
            return null;
        }
    }
}
