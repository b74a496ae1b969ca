using System.IO.Compression;
using System.Text;
using FFF.Datasets.Molecules;
using FFF.Formats;
using FFF.Spaces;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Datasets.Molecules;

public sealed class XyzFileTests : IDisposable
{
    private const string Water = "3\nwater\nO 0 0 0.1\nH 0.757 0 -0.47\nH -0.757 0 -0.47\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FramesAreReadOneAfterTheOther()
    {
        var path = _folder.WithText("two.xyz", Water + "\n" + "2\n\nh 0 0 0 0.1 0.2\n17 1.27e0 0 -2E-3\n\n\n");
        Molecule[] molecules = [.. XyzFile.Read(path)];
        Assert.Equal(2, molecules.Length);
        Assert.Equal("water", molecules[0].Comment);
        Assert.Equal([Element.O, Element.H, Element.H], molecules[0].Elements);
        Assert.Equal(new Position(-0.757, 0, -0.47), molecules[0].Positions[2]);
        Assert.Equal([Element.H, Element.Cl], molecules[1].Elements);
        Assert.Equal(new Position(1.27, 0, -0.002), molecules[1].Positions[1]);
    }

    [Fact]
    public void TheFirstMoleculeIsThereBeforeTheRestIsRead()
    {
        var path = _folder.WithText("half.xyz", Water + "2\n");
        Assert.Equal(3, XyzFile.Read(path).First().AtomCount);
        Assert.Throws<FileReadException>(() => XyzFile.Read(path).ToList());
    }

    [Theory]
    [InlineData("a.xyz")]
    [InlineData("a.xyz.gz")]
    public void WhatIsWrittenIsReadBack(string name)
    {
        Molecule[] molecules =
        [
            new([Element.C, Element.Br], [new(0.123456, -1, 2), new(1e-3, 0, -7.5)], "one\nline"),
            new([Element.H, Element.H], [new(0, 0, 0), new(0.74, 0, 0)]),
        ];
        XyzFile.Write(_folder[name], molecules);
        Molecule[] read = [.. XyzFile.Read(_folder[name])];
        Assert.Equal(2, read.Length);
        Assert.Equal("one line", read[0].Comment);
        Assert.Equal(molecules[0].Elements, read[0].Elements);
        Assert.Equal(molecules[0].Positions, read[0].Positions);
        Assert.Equal(molecules[1].Positions, read[1].Positions);
        Assert.Equal([name], _folder.Files());
    }

    [Theory]
    [InlineData("Properties=species:S:1:forces:R:3:pos:R:3 pbc=\"F F F\"", "H 9 9 9 0 0 0", "O 9 9 9 0 0 0.96")]
    [InlineData("Lattice=\"9 0 0 0 9 0 0 0 9\" Properties=pos:R:3:species:S:1 energy=-1.5", "0 0 0 H", "0 0 0.96 O")]
    [InlineData("Properties=id:I:1:Z:I:1:pos:R:3", "1 1 0 0 0", "2 8 0 0 0.96")]
    [InlineData("properties=\"species:S:1:pos:R:3:move_mask:L:1\"", "D 0 0 0 T", "O 0 0 0.96 F")]
    [InlineData("Properties=tags:I:1:symbols:S:1:positions:R:3", "0 h 0 0 0", "0 O 0 0 9.6D-1")]
    [InlineData("no columns named, charges follow; a unit of Boron (B)", "H 0 0 0 0.3", "O 0 0 0.96 -0.3")]
    public void ColumnsAreWhereTheCommentSays(string comment, string first, string second)
    {
        var molecule = Assert.Single(XyzFile.Read(_folder.WithText("a.extxyz", $"2\n{comment}\n{first}\n{second}\n")).ToList());
        Assert.Equal([Element.H, Element.O], molecule.Elements);
        Assert.Equal([new(0, 0, 0), new(0, 0, 0.96)], molecule.Positions);
        Assert.Single(MoleculeFile.Read(_folder["a.extxyz"]));
    }

    [Fact]
    public void AllElementsAreRead()
    {
        string[] symbols = [.. Elements.All.Select(element => element.ToString()), "D", "T", "cl", "CL", "hg", "si", "d"];
        var path = _folder.WithText("a.xyz", $"{symbols.Length}\n\n{string.Concat(symbols.Select((symbol, i) => $"{symbol} {i} 0 0\r\n"))}");
        Assert.Equal([.. Elements.All, Element.H, Element.H, Element.Cl, Element.Cl, Element.Hg, Element.Si, Element.H],
            Assert.Single(XyzFile.Read(path)).Elements);
        Assert.Equal(118, Elements.All.Count);
        Assert.Equal((80, 83), ((int)Element.Hg, (int)Element.Bi));
    }

    [Fact]
    public void LinesAreBounded()
    {
        var path = _folder.WithText("long.xyz", "2\n" + new string('x', 2_000_000) + "\nH 0 0 0\nH 0 0 1\n");
        Assert.Contains("line 2: is longer than 1,048,576 characters, the limit", Assert.Throws<FileReadException>(() => XyzFile.Read(path).ToList()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedWriteLeavesTheOldFile()
    {
        var path = _folder.WithText("a.xyz", Water);
        Assert.Throws<InvalidOperationException>(() => XyzFile.Write(path, Failing()));
        Assert.Equal(Water, File.ReadAllText(path));
        Assert.Equal(["a.xyz"], _folder.Files());

        static IEnumerable<Molecule> Failing()
        {
            yield return new([Element.H, Element.H], [new(0, 0, 0), new(0.74, 0, 0)]);
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public void TheDialectOfQm9IsRead()
    {
        var molecule = Assert.Single(XyzFile.Read(_folder.WithText("a.xyz", Qm9Text.Frame(7, exponent: "-6.*^-6"))));
        Assert.Equal([Element.C, Element.H, Element.H, Element.H, Element.H], molecule.Elements);
        Assert.Equal(-6e-6, molecule.Positions[1].Z);
        Assert.StartsWith("gdb 7", molecule.Comment, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x\n", "line 1: expected the number of atoms, found 'x'")]
    [InlineData("0\n\n", "line 1: a molecule of 0 atoms")]
    [InlineData("1\nlonely\nH 0 0 0\n", "line 1: a molecule of 1 atom has no distances")]
    [InlineData("9999999\n\n", "line 1: expected the number of atoms, at most")]
    [InlineData(Water + "2\n\nH 0 0 0\n", "after line 8: ends where atom 2 of 2 should follow; it is truncated")]
    [InlineData(Water + "2\n", "after line 6: ends where a line of comment should follow")]
    [InlineData("2\n\nH 0 0 0\nQq 0 0 1\n", "line 4: there is no element 'Qq'; symbols such as H")]
    [InlineData("2\n\nH 0 0 0\nXx 0 0 1\n", "line 4: 'Xx' is a dummy atom")]
    [InlineData("2\n\nH 0 0 0\nCA 0 0 1\n", "line 4: 'CA' may be the element Ca, or a label")]
    [InlineData("2\n\nH 0 0 0\n119 0 0 1\n", "line 4: there is no element '119'")]
    [InlineData("2\nAtoms. Timestep: 0\n1 0 0 0\n1 0 0 1\n", "line 3: '1' is a number in place of an element: LAMMPS")]
    [InlineData("2\n\n6 0 0 0\n8 0 0 1\n", "line 3: '6' is a number in place of an element")]
    [InlineData("2\nProperties=species:S:1:forces:R:3\nH 0 0 0\nH 0 0 1\n", "line 2: Properties=species:S:1:forces:R:3: no columns are the positions")]
    [InlineData("2\nProperties=pos:R:3\n0 0 0\n0 0 1\n", "line 2: Properties=pos:R:3: no column is the element")]
    [InlineData("2\nProperties=species:S:1:pos:R:3:pos:R:3\nH 0 0 0 0 0 1\n", "line 2: Properties=species:S:1:pos:R:3:pos:R:3: 'pos' is there twice")]
    [InlineData("2\nProperties=species:S:1:pos:R\nH 0 0 0\nH 0 0 1\n", "line 2: Properties=species:S:1:pos:R: names, types and numbers")]
    [InlineData("2\nProperties=species:S:1:pos:R:2\nH 0 0\nH 0 1\n", "line 2: Properties=species:S:1:pos:R:2: no columns are the positions")]
    [InlineData("2\nProperties=species:S:1:pos:R:3\nH 0 0 0 7\nH 0 0 1 7\n", "line 3: expected atom 1 of 2: the 4 columns of Properties=; found 5 words")]
    [InlineData("2\nunits=bohr\nH 0 0 0\nH 0 0 1.4\n", "line 2: says that lengths are in other units ('units=bohr')")]
    [InlineData("2\n\nH 0 0 0\nH 0 0 1\0\0\n", "line 4: holds NUL characters")]
    [InlineData("2\0\n\nH 0 0 0\nH 0 0 1\n", "line 1: holds NUL characters")]
    [InlineData("2\n\nH 0 0 nan\nH 0 0 1\n", "line 3: expected a finite coordinate, found 'nan'")]
    [InlineData("2\n\nH 0 0 0\nH 0 1e999 1\n", "line 4: expected a finite coordinate, found '1e999'")]
    [InlineData("2\n\nH 0 0 0\nH 0 1\n", "line 4: expected atom 2 of 2: an element, three coordinates; found 3 words")]
    [InlineData("3\n\nH 0 0 0\nH 0 1 0\n2\n\nH 0 0 0\nH 0 1 0\n",
        "line 5: expected atom 3 of 3: an element, three coordinates; found 1 word. Is the number of atoms, 3, right?")]
    [InlineData("2\n\nH 0 0 0\nH 0 1 0\nH 1 1 0\n", "line 5: expected the number of atoms, found 'H 1 1 0'")]
    [InlineData("\n\n", "holds no molecule")]
    [InlineData("", "holds no molecule")]
    public void WhatIsWrongIsNamedByFileAndLine(string text, string problem)
    {
        var path = _folder.WithText("bad.xyz", text);
        var error = Assert.Throws<FileReadException>(() => XyzFile.Read(path).ToList());
        Assert.StartsWith($"{path}: {problem}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AQm9FrameMustBeWhole()
    {
        var lines = Qm9Text.Frame(1).Split('\n')[..^1];
        Check(lines[..^1], "after line 9: ends where a line of InChI should follow");
        Check([.. lines[..7], .. lines[8..]], "line 8: expected the frequencies, numbers");
        Check([.. lines[..2], "C 0 0 0", .. lines[3..]], "line 3: expected atom 1 of 5: an element, three coordinates and a charge; found 4 words");
        Check([.. lines[..2], "C 0 0 0 x", .. lines[3..]], "line 3: expected a Mulliken charge");

        void Check(string[] lines, string problem)
        {
            var error = Assert.Throws<FileReadException>(() => XyzFile.Read(_folder.WithText("a.xyz", string.Join('\n', lines) + "\n")).ToList());
            Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ATruncatedOrDamagedCompressedFileIsNoticed()
    {
        var random = new Random(1);
        var text = string.Concat(Enumerable.Range(0, 500).Select(_ => $"2\n\nH {random.NextDouble()} 0 0\nH 0 {random.NextDouble()} 0\n"));
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        var bytes = buffer.ToArray();
        foreach (var length in (int[])[bytes.Length / 2, bytes.Length - 4, bytes.Length - 1])
        {
            var error = Assert.Throws<FileReadException>(() => XyzFile.Read(_folder.WithBytes("cut.xyz.gz", bytes[..length])).ToList());
            Assert.Contains("truncated or damaged", error.Message, StringComparison.Ordinal);
        }

        // Some programs unpack what they download, and keep the name.
        Assert.Single(XyzFile.Read(_folder.WithText("plain.xyz.gz", Water)));
    }

    [Fact]
    public void AMissingFileIsAnErrorOfItsOwn() =>
        Assert.Contains("there is no such file", Assert.Throws<FileReadException>(() => MoleculeFile.Read(_folder["none.xyz"]).ToList()).Message,
            StringComparison.Ordinal);

    [Fact]
    public void UnknownEndingsAreRefused() =>
        Assert.Contains(".xyz, .sdf, also", Assert.Throws<FileReadException>(() => MoleculeFile.Read("a.pdb").ToList()).Message, StringComparison.Ordinal);
}
