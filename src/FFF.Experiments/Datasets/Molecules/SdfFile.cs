using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using FFF.Formats;
using FFF.Spaces;

namespace FFF.Datasets.Molecules;

/// <summary>Molecules and their bonds in SDF text, records of MDL's V2000 format, plain or compressed by gzip or bzip2.</summary>
/// <remarks>
/// A record is three lines of header, a line of counts (<c>aaabbb…V2000</c>, each number in three columns), an atom a line
/// (<c>xxxxx.xxxxyyyyy.yyyyzzzzz.zzzz aaa</c>), a bond a line (<c>111222ttt</c>), properties up to <c>M  END</c>, data, and
/// <c>$$$$</c> (CTfile Formats, Dassault Systèmes). Charges, stereochemistry and data are not read. Bonds of type 4,
/// aromatic, have no order here and are an error.
/// </remarks>
internal static partial class SdfFile
{
    private const int MaxNumbered = 999;
    private const double MaxCoordinate = 9999;
    private const string End = "$$$$";
    private const string PropertiesEnd = "M  END";

    /// <summary>Reads molecules one by one.</summary>
    /// <exception cref="FileReadException">As of <see cref="XyzFile.Read"/>; also a bond that cannot be.</exception>
    public static IEnumerable<BondedMolecule> Read(string path) => RecordFile.Read(path, Next);

    /// <summary>Writes molecules, compressed where the name ends in .gz. Coordinates have four decimals, which the format prescribes.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">
    /// A molecule has more than 999 atoms or bonds, or a coordinate beyond 9999 Å, which the format cannot hold.
    /// </exception>
    public static void Write(string path, IEnumerable<BondedMolecule> molecules) => RecordFile.Write(path, molecules, Write);

    /// <summary>Whether a record can hold the molecule: at most 999 atoms and bonds, coordinates up to 9999 Å.</summary>
    public static bool Holds(BondedMolecule bonded)
    {
        var (molecule, bonds) = bonded;
        return molecule.AtomCount <= MaxNumbered && bonds.Length <= MaxNumbered
            && molecule.Positions.All(p => Math.Max(Math.Max(Math.Abs(p.X), Math.Abs(p.Y)), Math.Abs(p.Z)) <= MaxCoordinate);
    }

    /// <summary>The text of one record.</summary>
    public static string Text(BondedMolecule molecule)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        Write(writer, molecule);
        return writer.ToString();
    }

    private static void Write(TextWriter writer, BondedMolecule bonded)
    {
        var (molecule, bonds) = bonded;
        if (!Holds(bonded))
        {
            throw new ArgumentException($"SDF (V2000) holds at most {MaxNumbered} atoms and bonds and coordinates up to {MaxCoordinate} Å; "
                + $"the molecule has {molecule.AtomCount} atoms and {bonds.Length} bonds. Write XYZ instead.");
        }

        writer.WriteLine(Header(molecule.Comment));
        writer.WriteLine("  FFF               3D"); // Where the format has initials, program, date and dimensions.
        writer.WriteLine();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{molecule.AtomCount,3}{bonds.Length,3}  0  0  0  0  0  0  0  0999 V2000"));
        foreach (var (element, p) in molecule.Elements.Zip(molecule.Positions))
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{p.X,10:F4}{p.Y,10:F4}{p.Z,10:F4} {element,-3} 0  0  0  0  0  0  0  0  0  0  0  0"));
        }

        foreach (var bond in bonds)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bond.First + 1,3}{bond.Second + 1,3}{bond.Order,3}  0"));
        }

        writer.WriteLine("M  END");
        writer.WriteLine(End);
    }

    /// <summary>The name's line: at most 80 columns, and not one that ends a record.</summary>
    private static string Header(string comment)
    {
        var line = comment.ReplaceLineEndings(" ").Trim();
        return line.StartsWith(End, StringComparison.Ordinal) ? "" : line.Length > 80 ? line[..80] : line;
    }

    /// <summary>Charges, isotopes and the like up to <c>M  END</c>. Anything else is a sign that atoms or bonds were counted wrongly.</summary>
    private static void SkipProperties(LineReader lines)
    {
        for (var line = lines.Next("'M  END'"); line.TrimEnd() != PropertiesEnd; line = lines.Next("'M  END'"))
        {
            if (line.TrimEnd() == End)
            {
                throw lines.Wrong("the record ends without 'M  END': it is damaged.");
            }

            if (line.Length > 0 && line[0] is not ('M' or 'A' or 'V' or 'G' or 'S'))
            {
                // Aliases and groups take a second line, of any text, which follows the first.
                throw lines.Wrong(
                    $"expected a property such as 'M  CHG', or 'M  END', found '{AtomText.Short(line)}'. Are the numbers of atoms and bonds right?");
            }

            if (line.Length > 0 && line[0] is 'A' or 'G')
            {
                lines.Next("an alias");
            }
        }
    }

    /// <summary>Items of data up to the record's end; the start of another record before it is an error.</summary>
    private static void SkipData(LineReader lines)
    {
        var hasData = false;
        for (var line = NextOrEnd(); line.TrimEnd() != End; line = NextOrEnd())
        {
            hasData |= line.StartsWith('>');
            if ((!hasData && !string.IsNullOrWhiteSpace(line)) || line.TrimEnd() == PropertiesEnd || Counts().IsMatch(line))
            {
                throw lines.Wrong($"another record begins, or something that is no data, before the '{End}' that ends the one before: "
                    + $"'{AtomText.Short(line)}'. Add the line '{End}' after each record.");
            }
        }

        string NextOrEnd() => lines.Next($"'{End}'", $", or a .mol file, which has none: then add the line '{End}'");
    }

    [GeneratedRegex("""^[ \d]{6}.*V[23]000\s*$""", RegexOptions.CultureInvariant)]
    private static partial Regex Counts();

    private static BondedMolecule? Next(LineReader lines)
    {
        // The name may be empty, so only what follows tells a last blank line from a record.
        if (lines.Next() is not { } name)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(name) && lines.Next() is var program)
        {
            if (program is null)
            {
                return null;
            }

            lines.Return(program);
        }

        var isFlat = Column(lines.Next("the header's second line"), 20, 2) == "2D";
        lines.Next("the header's third line");
        var counts = lines.Next("the line of counts");
        if (!counts.TrimEnd().EndsWith("V2000", StringComparison.Ordinal))
        {
            throw lines.Wrong(counts.Contains("V3000", StringComparison.Ordinal)
                ? "is in the V3000 format; save it as V2000."
                : "expected the line of counts, which ends in V2000.");
        }

        var atomCount = AtomText.Count(Column(counts, 0, 3), lines);
        var bondCount = Number(counts, 3, "the number of bonds", lines);
        var (elements, positions) = (ImmutableArray.CreateBuilder<Element>(atomCount), ImmutableArray.CreateBuilder<Position>(atomCount));
        for (var atom = 1; atom <= atomCount; atom++)
        {
            var line = lines.Next($"atom {atom} of {atomCount}");
            positions.Add(AtomText.Position((string[])[Column(line, 0, 10), Column(line, 10, 10), Column(line, 20, 10)], lines));
            elements.Add(AtomText.Element(Column(line, 31, 3), lines));
        }

        if (isFlat && positions.All(position => position.Z == 0))
        {
            throw lines.Wrong("ends the atoms of a flat drawing ('2D' in the record's second line), which has no positions in space. "
                + "Give it a structure in three dimensions first.");
        }

        var bonds = ImmutableArray.CreateBuilder<Bond>(bondCount);
        var pairs = new HashSet<(int, int)>();
        for (var i = 1; i <= bondCount; i++)
        {
            var bond = ReadBond(lines.Next($"bond {i} of {bondCount}"), atomCount, lines);
            bonds.Add(pairs.Add((bond.First, bond.Second))
                ? bond
                : throw lines.Wrong($"the bond of atoms {bond.First + 1} and {bond.Second + 1} is there twice."));
        }

        SkipProperties(lines);
        SkipData(lines);
        return new(new Molecule(elements.MoveToImmutable(), positions.MoveToImmutable(), name.Trim()), bonds.MoveToImmutable());
    }

    private static Bond ReadBond(string line, int atomCount, LineReader lines)
    {
        var (a, b, order) = (Number(line, 0, "an atom's number", lines), Number(line, 3, "an atom's number", lines),
            Number(line, 6, "the bond's order", lines));
        return a < 1 || b < 1 || a > atomCount || b > atomCount || a == b
            ? throw lines.Wrong($"there can be no bond of atoms {a} and {b}; there are {atomCount}.")
            : order is < 1 or > 3 ? throw lines.Wrong(
                $"expected a single, double or triple bond (1, 2, 3), found {order}. Save aromatic bonds as alternating ones.")
            : new Bond(Math.Min(a, b) - 1, Math.Max(a, b) - 1, order);
    }

    private static int Number(string line, int start, string what, LineReader lines) =>
        int.TryParse(Column(line, start, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw lines.Wrong($"expected {what} in columns {start + 1} to {start + 3}, found '{Column(line, start, 3)}'.");

    /// <summary>Columns of a line, without blanks; what is beyond its end is empty.</summary>
    private static string Column(string line, int start, int length) =>
        start >= line.Length ? "" : line.Substring(start, Math.Min(length, line.Length - start)).Trim();
}
