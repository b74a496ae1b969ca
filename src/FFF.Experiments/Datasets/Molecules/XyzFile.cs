using System.Collections.Immutable;
using System.Globalization;
using FFF.Formats;
using FFF.Spaces;

namespace FFF.Datasets.Molecules;

/// <summary>Molecules in XYZ text: one frame after the other, plain (.xyz) or compressed (.xyz.gz, .xyz.bz2).</summary>
/// <remarks>
/// A frame is a line with the number of atoms N, a line of comment, and N lines <c>element x y z</c> in ångström; further
/// columns are not read. Where the comment has <c>Properties=</c>, as in extended XYZ, columns are where it says. Numbers in
/// place of elements are atomic numbers where <c>Properties=</c> or a symbol in the same frame shows it. Blank lines may stand between frames. The dialect of
/// QM9 (Ramakrishnan et al., Scientific Data 1, 140022, 2014) is known by its comment, <c>gdb</c>, a number and 15 properties: its atoms have a fifth column,
/// Mulliken charges, exponents may be written <c>*^</c>, and three lines follow: frequencies, two SMILES, two InChI.
/// </remarks>
internal static class XyzFile
{
    private const string QmTag = "gdb";
    private const int QmWords = 17;

    /// <summary>Reads molecules one by one, so that files may be larger than memory.</summary>
    /// <exception cref="FileReadException">
    /// The file cannot be read, is truncated, or a line is not what it should be: an unknown element, a coordinate that is
    /// not finite, fewer than two atoms. The message names file and line.
    /// </exception>
    public static IEnumerable<Molecule> Read(string path) => RecordFile.Read(path, Next);

    /// <summary>Writes molecules, compressed where the name ends in .gz. Coordinates have six decimals, 1e-6 Å.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<Molecule> molecules) => RecordFile.Write(path, molecules, Write);

    private static void Write(TextWriter writer, Molecule molecule)
    {
        writer.WriteLine(molecule.AtomCount.ToString(CultureInfo.InvariantCulture));
        writer.WriteLine(molecule.Comment.ReplaceLineEndings(" "));
        foreach (var (element, position) in molecule.Elements.Zip(molecule.Positions))
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{element} {position.X:F6} {position.Y:F6} {position.Z:F6}"));
        }
    }

    /// <summary>The next molecule; null at the end.</summary>
    internal static Molecule? Next(LineReader lines)
    {
        if (lines.NextFilled() is not { } first)
        {
            return null;
        }

        var count = AtomText.Count(first.Trim(), lines);
        var comment = lines.Next("a line of comment");
        var (elements, positions) = (ImmutableArray.CreateBuilder<Element>(count), ImmutableArray.CreateBuilder<Position>(count));
        var tag = AtomText.Words(comment);
        var isQm9 = tag.Length == QmWords && tag[0] == QmTag;
        var columns = isQm9 ? XyzColumns.Plain : XyzColumns.Of(comment, lines);
        var hasSymbol = columns.HasNumbers;
        var (numbered, numberedAt) = ((string?)null, 0);
        for (var atom = 1; atom <= count; atom++)
        {
            var words = AtomText.Words(lines.Next($"atom {atom} of {count}"));
            if (words.Length < (isQm9 ? 5 : columns.Count) || (columns.IsNamed && words.Length != columns.Count))
            {
                var expected = columns.IsNamed
                    ? $"the {columns.Count} columns of Properties="
                    : $"an element, three coordinates{(isQm9 ? " and a charge" : "")}";
                throw lines.Wrong($"expected atom {atom} of {count}: {expected}; found {words.Length} {(words.Length == 1 ? "word" : "words")}. "
                    + $"Is the number of atoms, {count}, right?");
            }

            var symbol = words[columns.Element];
            var isNumber = AtomText.IsNumber(symbol);
            (numbered, numberedAt) = isNumber && numbered is null ? (symbol, lines.Number) : (numbered, numberedAt);
            hasSymbol |= !isNumber;
            elements.Add(isNumber ? AtomText.ElementOfNumber(symbol, lines) : AtomText.Element(symbol, lines));
            positions.Add(AtomText.Position(words.AsSpan(columns.Position, 3), lines));
            if (isQm9 && !AtomText.TryNumber(words[4], out _))
            {
                throw lines.Wrong($"expected a Mulliken charge in the fifth column, found '{AtomText.Short(words[4])}'.");
            }
        }

        if (!hasSymbol)
        {
            throw lines.WrongAt(numberedAt, $"'{numbered}' is a number in place of an element: LAMMPS writes its types of atoms so, which are no elements. "
                + "Write symbols, in LAMMPS by 'dump_modify ID element C H ...'; if they are atomic numbers, say so in the comment by "
                + "Properties=Z:I:1:pos:R:3.");
        }

        if (isQm9)
        {
            ReadQm9Tail(lines);
        }

        return new Molecule(elements.MoveToImmutable(), positions.MoveToImmutable(), comment.Trim());
    }

    /// <summary>The three lines are of no use here, but whatever else stands in their place is an error.</summary>
    private static void ReadQm9Tail(LineReader lines)
    {
        var frequencies = AtomText.Words(lines.Next("a line of frequencies"));
        if (frequencies.Length == 0 || !frequencies.All(word => AtomText.TryNumber(word, out _)))
        {
            throw lines.Wrong("expected the frequencies, numbers. Is the number of atoms right?");
        }

        foreach (var name in (string[])["SMILES", "InChI"])
        {
            if (string.IsNullOrWhiteSpace(lines.Next($"a line of {name}")))
            {
                throw lines.Wrong($"expected {name}, found an empty line.");
            }
        }
    }
}
