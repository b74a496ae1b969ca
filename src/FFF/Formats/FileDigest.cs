using System.Security.Cryptography;

namespace FFF.Formats;

/// <summary>A checksum that a file should have, MD5 or SHA-256, in hexadecimal digits.</summary>
/// <remarks>Either finds damage on the way; against forgery only SHA-256 helps.</remarks>
public sealed record FileDigest
{
    private const int Md5Digits = 32;
    private const int Sha256Digits = 64;

    private FileDigest(string digits) => Digits = digits;

    /// <summary>The digits, in lower case.</summary>
    public string Digits { get; }

    /// <summary>The digest's name.</summary>
    public string Algorithm => Digits.Length == Md5Digits ? "MD5" : "SHA-256";

    /// <summary>A digest of 32 (MD5) or 64 (SHA-256) digits.</summary>
    public static bool TryParse(string text, out FileDigest? digest)
    {
        digest = text.Length is Md5Digits or Sha256Digits && text.All(char.IsAsciiHexDigit) ? new(text.ToLowerInvariant()) : null;
        return digest is not null;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">The text is none.</exception>
    public static FileDigest Parse(string text) =>
        TryParse(text, out var digest) ? digest! : throw new FormatException($"'{text}' is neither an MD5 nor a SHA-256 digest.");

    /// <summary>Whether the content has this digest.</summary>
    public bool Matches(Stream content)
    {
        var hash = Digits.Length == Md5Digits ? MD5.HashData(content) : SHA256.HashData(content);
        return Convert.ToHexStringLower(hash) == Digits;
    }

    /// <summary>The SHA-256 digest of some bytes, 64 hexadecimal digits in lower case.</summary>
    internal static string Sha256(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The same of what is left of a stream.</summary>
    internal static string Sha256(Stream content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The same of a file.</summary>
    /// <exception cref="FileReadException">It cannot be read.</exception>
    internal static string Sha256(string path)
    {
        using var file = InputFile.Open(path);
        return Sha256(file);
    }

    /// <summary>Reads a list as <c>md5sum</c> and <c>sha256sum</c> write it: a digest and a file's name per line.</summary>
    /// <exception cref="FileReadException">The list cannot be read, or a line is none of it.</exception>
    public static IReadOnlyDictionary<string, FileDigest> ReadList(string path)
    {
        using var reader = new StreamReader(InputFile.Open(path));
        var digests = new Dictionary<string, FileDigest>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var words = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length != 2 || !TryParse(words[0], out var digest))
            {
                throw new FileReadException(path, $"line {number}: expected an MD5 or SHA-256 digest and a file's name, as md5sum and sha256sum write them.");
            }

            digests[words[1].TrimStart('*')] = digest!; // md5sum marks binary files by an asterisk.
        }

        return digests;
    }
}
