using System.Globalization;

namespace FFF.Cli.Rendering;

/// <summary>
/// Text from files as it may reach a terminal: names, messages and cells can hold sequences that move the cursor, rename the window or
/// change the order of what is read.
/// </summary>
internal static class PlainText
{
    private const char Mark = '·';

    /// <summary>The text with a mark in place of every control character; lines and tabs stay.</summary>
    public static string Of(string text) => text.Any(IsUnsafe) ? string.Concat(text.Select(sign => IsUnsafe(sign) ? Mark : sign)) : text;

    /// <summary>The same for what stands on one line.</summary>
    public static string Line(string text) => text.Any(sign => IsUnsafe(sign) || sign is '\n' or '\t')
        ? string.Concat(text.Select(sign => IsUnsafe(sign) || sign is '\n' or '\t' ? Mark : sign))
        : text;

    // A carriage return would write over the line; those that turn the direction of writing are format characters.
    private static bool IsUnsafe(char sign) =>
        (char.IsControl(sign) && sign is not ('\n' or '\t')) || sign is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')
        || CharUnicodeInfo.GetUnicodeCategory(sign) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
