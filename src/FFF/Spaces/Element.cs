using System.Collections.Frozen;
using System.Globalization;

namespace FFF.Spaces;

/// <summary>The chemical elements that molecules may hold; the value is the atomic number.</summary>
/// <remarks>No more than the tables of bond lengths and valences know, see <see cref="Evaluation.Molecules.BondLengths"/>.</remarks>
public enum Element
{
    /// <summary>Hydrogen.</summary>
    H = 1,

    /// <summary>Boron.</summary>
    B = 5,

    /// <summary>Carbon.</summary>
    C = 6,

    /// <summary>Nitrogen.</summary>
    N = 7,

    /// <summary>Oxygen.</summary>
    O = 8,

    /// <summary>Fluorine.</summary>
    F = 9,

    /// <summary>Silicon.</summary>
    Si = 14,

    /// <summary>Phosphorus.</summary>
    P = 15,

    /// <summary>Sulphur.</summary>
    S = 16,

    /// <summary>Chlorine.</summary>
    Cl = 17,

    /// <summary>Bromine.</summary>
    Br = 35,

    /// <summary>Iodine.</summary>
    I = 53,
}

/// <summary>Elements in text.</summary>
public static class Elements
{
    private static readonly FrozenDictionary<string, Element> Symbols = All.ToFrozenDictionary(element => element.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them, by atomic number.</summary>
    public static IReadOnlyList<Element> All => Enum.GetValues<Element>();

    /// <summary>The element with this symbol, in any case, or this atomic number.</summary>
    public static bool TryParse(string text, out Element element)
    {
        element = default;
        return Symbols.TryGetValue(text, out element)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Enum.IsDefined(element = (Element)number));
    }

    /// <summary>Symbols, separated by commas.</summary>
    public static string List(IEnumerable<Element> elements) => string.Join(", ", elements);
}
