using System.Text;

namespace FFF.Formats;

/// <summary>Parts of files' names that tell different things apart, however much of a name must be left out.</summary>
internal static class DistinctName
{
    private const int Longest = 40;
    private const int DigitsOfHash = 8;

    /// <summary>
    /// Text as a part of a name: letters, digits, '.' and '-', and '_' for a comma. Where more had to be changed or cut, a short hash of the text follows.
    /// </summary>
    public static string Of(string text)
    {
        string clean = new([.. text.Select(c => IsPlain(c) ? c : '_')]);
        return clean.Length <= Longest && text.All(c => IsPlain(c) || c == ',') ? clean : WithHash(clean, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A name for people, followed by a short hash of what tells it from others of the same name.</summary>
    /// <param name="name">The name, of which the beginning is kept.</param>
    /// <param name="content">What tells it apart.</param>
    public static string WithHash(string name, ReadOnlySpan<byte> content) => $"{Clean(name)}-{FileDigest.Sha256(content)[..DigitsOfHash]}";

    private static string Clean(string name) => new([.. name.Select(c => IsPlain(c) ? c : '_').Take(Longest)]);

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-';
}
