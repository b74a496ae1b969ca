using FFF.Datasets.Molecules;
using FFF.Formats;
using FFF.Spaces;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Datasets.Molecules;

public sealed class SdfFileTests : IDisposable
{
    private const string Formaldehyde = """
        formaldehyde
          FFF               3D

          4  3  0  0  0  0  0  0  0  0999 V2000
            0.0000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0
            0.0000    0.0000    1.2050 O   0  0  0  0  0  0  0  0  0  0  0  0
            0.9429    0.0000   -0.5876 H   0  0  0  0  0  0  0  0  0  0  0  0
           -0.9429    0.0000   -0.5876 H   0  0  0  0  0  0  0  0  0  0  0  0
          1  2  2  0
          1  3  1  0
          1  4  1  0
        M  END
        $$$$

        """;

    private static readonly BondedMolecule Expected = new(
        new([Element.C, Element.O, Element.H, Element.H], [new(0, 0, 0), new(0, 0, 1.205), new(0.9429, 0, -0.5876), new(-0.9429, 0, -0.5876)], "formaldehyde"),
        [new(0, 1, 2), new(0, 2, 1), new(0, 3, 1)]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheTextIsThatOfTheFormat() => Assert.Equal(Formaldehyde, SdfFile.Text(Expected));

    [Theory]
    [InlineData("a.sdf")]
    [InlineData("a.sdf.gz")]
    public void WhatIsWrittenIsReadBack(string name)
    {
        BondedMolecule[] molecules = [Expected, new(new([Element.Br, Element.Cl], [new(0, -123.4567, 0), new(2, 0, 0)]), [])];
        SdfFile.Write(_folder[name], molecules);
        foreach (var (expected, read) in molecules.Zip(SdfFile.Read(_folder[name]).ToList(), (a, b) => (a, b)))
        {
            Assert.Equal(expected.Molecule.Comment, read.Molecule.Comment);
            Assert.Equal(expected.Molecule.Elements, read.Molecule.Elements);
            Assert.Equal(expected.Molecule.Positions, read.Molecule.Positions);
            Assert.Equal(expected.Bonds, read.Bonds);
        }

        Assert.Equal(2, MoleculeFile.Read(_folder[name]).Count());
    }

    [Fact]
    public void DataAndPropertiesArePassedOver()
    {
        var text = Formaldehyde.Replace("M  END\n", "M  CHG  1   1   1\nM  END\n> <energy>\n-1.5\n\n", StringComparison.Ordinal) + Formaldehyde + "\n";
        Assert.Equal(2, SdfFile.Read(_folder.WithText("two.sdf", text)).Count());
    }

    [Fact]
    public void WhatTheFormatCannotHoldIsRefused()
    {
        var many = new Molecule([.. Enumerable.Repeat(Element.H, 1000)], [.. Enumerable.Range(0, 1000).Select(i => new Position(i, 0, 0))]);
        Assert.Contains("1000 atoms", Assert.Throws<ArgumentException>(() => SdfFile.Write(_folder["a.sdf"], [new(many, [])])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SdfFile.Write(_folder["a.sdf"], [new(new([Element.H, Element.H], [new(-20_000, 0, 0), new(0, 0, 0)]), [])]));
        Assert.Empty(_folder.Files());
    }

    [Theory]
    [InlineData("V2000", "V3000", "line 4: is in the V3000 format")]
    [InlineData("V2000", "", "line 4: expected the line of counts")]
    [InlineData("  4  3  0", "  4  4  0", "line 12: expected an atom's number in columns 1 to 3, found 'M'")]
    [InlineData("  4  3  0", "  1  0  0", "line 4: a molecule of 1 atom")]
    [InlineData("  4  3  0", "  3  3  0", "line 8: expected an atom's number in columns 1 to 3, found ''")]
    [InlineData("1.2050 O  ", "1.2050 Qq ", "line 6: there is no element 'Qq'")]
    [InlineData("1.2050 O  ", "1.2050 LP ", "line 6: 'LP' is a dummy atom")]
    [InlineData("M  END\n", "", "line 12: the record ends without 'M  END'")]
    [InlineData("  4  3  0", "  4  2  0", "line 11: expected a property such as 'M  CHG', or 'M  END', found '1  4  1  0'. Are the numbers")]
    [InlineData("    1.2050 O", "    1\0\0\0\0\0 O", "line 6: holds NUL characters")]
    [InlineData("    1.2050", "       nan", "line 6: expected a finite coordinate, found 'nan'")]
    [InlineData("  1  2  2", "  1  9  2", "line 9: there can be no bond of atoms 1 and 9; there are 4")]
    [InlineData("  1  2  2", "  1  1  2", "line 9: there can be no bond of atoms 1 and 1")]
    [InlineData("  1  2  2", "  1  2  4", "line 9: expected a single, double or triple bond (1, 2, 3), found 4")]
    [InlineData("  1  3  1", "  2  1  1", "line 10: the bond of atoms 1 and 2 is there twice")]
    [InlineData("$$$$\n", "", "after line 12: ends where '$$$$' should follow")]
    [InlineData("  1  4  1  0\nM  END\n$$$$\n", "", "after line 10: ends where bond 3 of 3 should follow")]
    public void WhatIsWrongIsNamedByFileAndLine(string from, string to, string problem)
    {
        Assert.Contains(from, Formaldehyde, StringComparison.Ordinal);
        var path = _folder.WithText("bad.sdf", Formaldehyde.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.Throws<FileReadException>(() => SdfFile.Read(path).ToList());
        Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EachRecordNeedsItsEnd()
    {
        var bare = Formaldehyde.Replace("$$$$\n", "", StringComparison.Ordinal);
        Refused(bare + Formaldehyde, "line 13: another record begins");
        Refused(Formaldehyde.Replace("$$$$\n", "> <energy>\n-1.5\n\n", StringComparison.Ordinal) + Formaldehyde, "line 19: another record begins");
        Refused(Formaldehyde + bare, "ends where '$$$$' should follow; it is truncated, or a .mol file, which has none: then add the line '$$$$'");
        void Refused(string text, string problem) =>
            Assert.Contains(problem, Assert.Throws<FileReadException>(() => SdfFile.Read(_folder.WithText("a.sdf", text)).ToList()).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void AFlatDrawingIsNoMoleculeInSpace()
    {
        var flat = Formaldehyde.Replace("3D", "2D", StringComparison.Ordinal);
        Assert.Single(SdfFile.Read(_folder.WithText("a.sdf", flat)));
        string[] lines = [.. flat.Split('\n').Select(line => line.Length > 60 ? line[..20] + "    0.0000" + line[30..] : line)];
        Assert.Contains("flat drawing",
            Assert.Throws<FileReadException>(() => SdfFile.Read(_folder.WithText("a.sdf", string.Join('\n', lines))).ToList()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyFileHoldsNoMolecule() =>
        Assert.Contains("holds no molecule", Assert.Throws<FileReadException>(() => SdfFile.Read(_folder.WithText("a.sdf", "\n")).ToList()).Message,
            StringComparison.Ordinal);
}
