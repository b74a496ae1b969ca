using System.Globalization;

namespace FFF.Formats;

/// <summary>Numbers as files hold them: decimal digits with a point, whatever the machine's language.</summary>
/// <remarks>
/// Stricter than the framework, which reads past NULs at the end, so that the damaged <c>11\0\0</c> would be 11. Fortran's
/// exponents, <c>1.5D-3</c>, are read too.
/// </remarks>
internal static class PlainNumber
{
    private const int Longest = 512;

    /// <summary>Reads a number, which may be surrounded by blanks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="number">The number; infinite where it is too large for float64.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out double number)
    {
        var trimmed = text.Trim(" \t");
        number = 0;
        if (trimmed.Length is 0 or > Longest)
        {
            return false;
        }

        Span<char> plain = stackalloc char[trimmed.Length];
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] = trimmed[i] is 'D' or 'd' ? 'E' : trimmed[i];
            if (!char.IsAsciiDigit(plain[i]) && plain[i] is not ('+' or '-' or '.' or 'E' or 'e'))
            {
                return false;
            }
        }

        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads a number of a file in ASCII.</summary>
    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out double)"/>
    public static bool TryParse(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        if (text.Length > Longest)
        {
            return false;
        }

        Span<char> characters = stackalloc char[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            characters[i] = (char)text[i];
        }

        return TryParse(characters, out number);
    }

    /// <summary>Whether the text is a whole number that float64 would round.</summary>
    public static bool IsRounded(ReadOnlySpan<byte> text, double number) =>
        Math.Abs(number) > 1L << 53
        && Int128.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var whole)
        && (double)whole is var rounded && (Math.Abs(rounded) >= 1e38 || (Int128)rounded != whole);
}
