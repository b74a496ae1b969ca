using System.Collections.Frozen;
using System.Globalization;

namespace FFF.Spaces;

/// <summary>Elements in text.</summary>
public static class Elements
{
    private static readonly FrozenDictionary<string, Element> Symbols = All.ToFrozenDictionary(element => element.ToString(), StringComparer.Ordinal);

    /// <summary>Those whose symbols some programs write in capitals, and that no label of an atom looks like.</summary>
    private static readonly FrozenDictionary<string, Element> Capitals =
        new[] { Element.Si, Element.Cl, Element.Br }.ToFrozenDictionary(element => element.ToString().ToUpperInvariant(), StringComparer.Ordinal);

    /// <summary>All of them, by atomic number.</summary>
    public static IReadOnlyList<Element> All => Enum.GetValues<Element>();

    /// <summary>The element with this symbol or this atomic number.</summary>
    public static bool TryParse(string text, out Element element) => TryParseSymbol(text, out element) || TryParseNumber(text, out element);

    /// <summary>The element with this symbol, as it is written or in small letters; D and T, isotopes of hydrogen, are H.</summary>
    /// <remarks>Capitals are read only of SI, CL and BR: CA may be calcium, or a carbon atom's label in a protein.</remarks>
    public static bool TryParseSymbol(string text, out Element element)
    {
        element = Element.H;
        return text is "D" or "T" or "d" or "t" || Symbols.TryGetValue(text, out element) || Capitals.TryGetValue(text, out element)
            || (text.Length > 0 && text.All(char.IsAsciiLetterLower) && Symbols.TryGetValue($"{char.ToUpperInvariant(text[0])}{text[1..]}", out element));
    }

    /// <summary>The element with this atomic number.</summary>
    public static bool TryParseNumber(string text, out Element element)
    {
        element = default;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Enum.IsDefined(element = (Element)number);
    }

    /// <summary>Symbols, separated by commas.</summary>
    public static string List(IEnumerable<Element> elements) => string.Join(", ", elements);
}
