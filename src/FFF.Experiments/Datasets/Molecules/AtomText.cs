using System.Collections.Frozen;
using System.Globalization;
using FFF.Formats;
using FFF.Spaces;

namespace FFF.Datasets.Molecules;

/// <summary>Numbers and elements as files of molecules write them.</summary>
internal static class AtomText
{
    /// <summary>The fewest atoms of a molecule: one atom alone has neither distances nor bonds.</summary>
    public const int MinAtoms = 2;

    /// <summary>More atoms than any molecule that is meant to be read; a larger number is a sign of another format.</summary>
    public const int MaxAtoms = 100_000;

    /// <summary>What programs write in place of atoms: centres of charge or of rings, ghosts, lone pairs.</summary>
    private static readonly FrozenSet<string> Dummies = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "X", "Xx", "Du", "Bq", "Gh", "LP", "Q", "*");

    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <summary>The words of a line.</summary>
    public static string[] Words(string line) => line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A finite number; Mathematica's exponents, <c>1.5*^-6</c>, which QM9 has, are read too.</summary>
    public static bool TryNumber(string text, out double number) =>
        PlainNumber.TryParse(text.Replace("*^", "e", StringComparison.Ordinal), out number) && double.IsFinite(number);

    /// <summary>A count of atoms that a molecule can have.</summary>
    public static int Count(string text, LineReader lines) =>
        !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? throw lines.Wrong($"expected the number of atoms, found '{Short(text)}'.")
        : count < MinAtoms ? throw lines.Wrong(
            $"a molecule of {count} {(count == 1 ? "atom" : "atoms")} has no distances; at least {MinAtoms} are needed. Take it out of the file.")
        : count > MaxAtoms ? throw lines.Wrong($"expected the number of atoms, at most {MaxAtoms}, found {text}.")
        : count;

    /// <summary>Whether the text is a whole number: an atomic number, or an atom's type in a program of dynamics.</summary>
    public static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    /// <summary>An element by its symbol; D and T are hydrogen.</summary>
    public static Element Element(string text, LineReader lines) =>
        Elements.TryParseSymbol(text, out var element) ? element
        : Dummies.Contains(text) ? throw lines.Wrong($"'{Short(text)}' is a dummy atom, no element; take it out of the molecule.")
        : Elements.TryParseSymbol(text.Length == 2 ? $"{text[0]}{char.ToLowerInvariant(text[1])}" : text, out var likely)
            ? throw lines.Wrong($"'{Short(text)}' may be the element {likely}, or a label such as of a protein's atom; "
                + $"write the symbol, '{likely}', or that of the right element.")
        : throw lines.Wrong($"there is no element '{Short(text)}'; symbols such as H, C or Cl are needed.");

    /// <summary>An element by its atomic number.</summary>
    public static Element ElementOfNumber(string text, LineReader lines) =>
        Elements.TryParseNumber(text, out var element)
            ? element
            : throw lines.Wrong($"there is no element '{Short(text)}'; expected an atomic number, 1 to {(int)Elements.All[^1]}.");

    /// <summary>A place, from three words.</summary>
    public static Position Position(ReadOnlySpan<string> words, LineReader lines)
    {
        return new(Coordinate(words[0]), Coordinate(words[1]), Coordinate(words[2]));

        double Coordinate(string text) => TryNumber(text, out var number) ? number : throw lines.Wrong($"expected a finite coordinate, found '{Short(text)}'.");
    }

    /// <summary>The start of a text, for messages.</summary>
    public static string Short(string text) => text.Trim() is { Length: > 40 } trimmed ? trimmed[..40] + "…" : text.Trim();
}
