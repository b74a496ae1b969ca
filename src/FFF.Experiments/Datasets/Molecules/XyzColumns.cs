using System.Globalization;
using System.Text.RegularExpressions;

namespace FFF.Datasets.Molecules;

/// <summary>Which columns of an XYZ frame's lines hold element and position.</summary>
/// <param name="Element">The element's column, from 0.</param>
/// <param name="Position">The first of the three coordinates'.</param>
/// <param name="Count">The columns of a line; where they are not named, the fewest.</param>
/// <param name="IsNamed">Whether the comment names them.</param>
/// <param name="HasNumbers">Whether the comment says that elements are atomic numbers.</param>
/// <remarks>
/// Extended XYZ names its columns in the comment, as <c>Properties=species:S:1:pos:R:3:forces:R:3</c>: names, types (S text, I
/// whole numbers, R numbers, L logical) and numbers of columns.
/// </remarks>
internal sealed partial record XyzColumns(int Element, int Position, int Count, bool IsNamed = false, bool HasNumbers = false)
{
    private static readonly string[] SymbolNames = ["species", "symbols", "symbol", "element", "elements", "type"];
    private static readonly string[] NumberNames = ["z", "numbers", "number", "atomic_numbers", "atomic_number"];
    private static readonly string[] PositionNames = ["pos", "positions", "position", "coords", "coordinates", "r"];

    /// <summary>An element, then three coordinates.</summary>
    public static XyzColumns Plain { get; } = new(0, 1, 4);

    /// <summary>The columns that a comment names, or else the plain ones.</summary>
    public static XyzColumns Of(string comment, LineReader lines)
    {
        if (OtherUnit().Match(comment) is { Success: true } unit)
        {
            throw lines.Wrong($"says that lengths are in other units ('{unit.Value.Trim()}'); ångström are needed. Convert the file.");
        }

        var found = Properties().Matches(comment);
        return found.Count switch
        {
            0 => Plain,
            1 => Parse(found[0].Groups["value"].Value.Trim('"', '\''), lines),
            _ => throw lines.Wrong("has Properties= more than once; which columns are meant is not known."),
        };
    }

    private static XyzColumns Parse(string properties, LineReader lines)
    {
        var parts = properties.Split(':');
        var (at, element, position, hasNumbers, names) = (0, -1, -1, false, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        for (var i = 0; i + 2 < parts.Length; i += 3)
        {
            var (name, type) = (parts[i].ToLowerInvariant(), parts[i + 1].ToUpperInvariant());
            if (!int.TryParse(parts[i + 2], NumberStyles.None, CultureInfo.InvariantCulture, out var width) || width is < 1 or > 1000
                || type is not ("S" or "I" or "R" or "L"))
            {
                throw Wrong(properties, lines, $"'{parts[i]}:{parts[i + 1]}:{parts[i + 2]}' is no name, type (S, I, R, L) and number of columns");
            }

            if (!names.Add(name))
            {
                throw Wrong(properties, lines, $"'{parts[i]}' is there twice");
            }

            if ((type, width) == ("S", 1) && SymbolNames.Contains(name))
            {
                (element, hasNumbers) = (element < 0 || hasNumbers ? at : throw Wrong(properties, lines, "several columns name the element"), false);
            }
            else if ((type, width) == ("I", 1) && NumberNames.Contains(name) && element < 0)
            {
                (element, hasNumbers) = (at, true);
            }
            else if ((type, width) == ("R", 3) && PositionNames.Contains(name))
            {
                position = position < 0 ? at : throw Wrong(properties, lines, "several columns are positions");
            }

            at += width;
        }

        return parts.Length % 3 != 0 ? throw Wrong(properties, lines, "names, types and numbers of columns are needed, three for each property")
            : element < 0 ? throw Wrong(properties, lines, "no column is the element, such as species:S:1 or Z:I:1")
            : position < 0 ? throw Wrong(properties, lines, "no columns are the positions, such as pos:R:3")
            : new(element, position, at, IsNamed: true, hasNumbers);
    }

    private static Exception Wrong(string properties, LineReader lines, string problem) => lines.Wrong($"Properties={AtomText.Short(properties)}: {problem}.");

    [GeneratedRegex("""(?<![\w-])properties\s*=\s*(?<value>"[^"]*"|'[^']*'|\S+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Properties();

    [GeneratedRegex("""(?<![\w-])(length_)?units?\s*[=:]?\s*"?(bohrs?|au|a\.u\.|atomic units|nm|nanomet\w*|pm)(?!\w)|\((in )?bohrs?\)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherUnit();
}
