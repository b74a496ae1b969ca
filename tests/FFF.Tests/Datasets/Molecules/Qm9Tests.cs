using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Formats;
using FFF.Spaces;
using FFF.Tests.Formats;
using ICSharpCode.SharpZipLib.BZip2;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Molecules;

public sealed class Qm9Tests : IDisposable
{
    private const string List = """

        ======================================================================
        List of 3054 molecules which failed the geometry consistency check
        ======================================================================
         Index  GDB17  Corina  B3LYP
        ----------------------------------------------------------------------
             2  C=O   C=O    [H]C=O
             4  N#N   N=N    N

        """;

    private readonly TemporaryFolder _folder = new();

    private string Archive => _folder[Qm9.ArchiveName];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheArchiveIsReadWithoutTheListedMolecules()
    {
        Write([.. Enumerable.Range(1, 5).Select(n => (Name(n), Qm9Text.Frame(n)))]);
        Assert.Equal([1, 2, 3, 4, 5], Qm9.ReadArchive(Archive).Select(entry => entry.Index));
        Assert.Equal(5, Qm9.Load(_folder.Path).Molecules.Count);

        _folder.WithText(Qm9.UncharacterizedName, List);
        Assert.Equal([2, 4], Qm9.ReadUncharacterized(_folder[Qm9.UncharacterizedName]).Order());
        var set = Qm9.Load(_folder.Path);
        Assert.Equal(["gdb 1", "gdb 3", "gdb 5"], set.Molecules.Select(molecule => molecule.Comment[..5]));
        Assert.Equal(0, set.LeftOut);
        Assert.Equal(3, Qm9.Load(_folder.Path, new HashSet<Element> { Element.C, Element.O }).LeftOut);
    }

    [Fact]
    public void TheRowsOfAnArchiveAndAListAreKept()
    {
        using var scope = NewDisposeScope();
        var atoms = new LearntAtoms([Element.H, Element.C]);
        var warnings = new List<string>();
        var cache = new Qm9Cache(_folder["cache"], warnings.Add);
        Write([.. Enumerable.Range(1, 5).Select(n => (Name(n), Qm9Text.Frame(n, $"0.{n}")))]);
        using var made = cache.Get(_folder.Path, atoms, []).Rows;
        Assert.Equal([5, 25], made.shape);
        Assert.Equal(0.0, made[0, 14].item<float>() - (float)Element.H);

        // What was kept is read: here another row, which the archive does not have.
        var file = Assert.Single(Directory.GetFiles(_folder["cache"]));
        var (_, notes) = Safetensors.Read(file);
        using var other = made + 1;
        using var numbers = tensor(new[] { 5f, 4, 3, 2, 1 });
        Safetensors.Write(file, new Dictionary<string, Tensor> { ["rows"] = other, ["numbers"] = numbers },
            notes.Where(note => note.Key != Safetensors.ChecksumKey).ToDictionary());
        var read = cache.Get(_folder.Path, atoms, []);
        Assert.True(read.Rows.eq(other).all().item<bool>());
        Assert.Equal([5L, 4, 3, 2, 1], read.Numbers!.data<long>().ToArray());
        Assert.Empty(warnings);

        File.WriteAllText(file, "damaged");
        var again = cache.Get(_folder.Path, atoms, []);
        Assert.True(again.Rows.eq(made).all().item<bool>());
        Assert.Equal([1L, 2, 3, 4, 5], again.Numbers!.data<long>().ToArray());
        Assert.Contains("made again", Assert.Single(warnings), StringComparison.Ordinal);

        // Another list, other elements or another archive are other rows.
        _folder.WithText(Qm9.UncharacterizedName, List);
        using var listed = cache.Get(_folder.Path, atoms, []).Rows;
        using var ordered = cache.Get(_folder.Path, new([Element.C, Element.H]), []).Rows;
        Write([.. Enumerable.Range(1, 3).Select(n => (Name(n), Qm9Text.Frame(n)))]);
        using var replaced = cache.Get(_folder.Path, atoms, []).Rows;
        Assert.Equal((3, 3, 2), (listed.shape[0], ordered.shape[0], replaced.shape[0]));
        Assert.Equal(4, Directory.GetFiles(_folder["cache"]).Length);
    }

    /// <summary>Properties are those of the second line, to the last digit, read and from the cache.</summary>
    [Fact]
    public void PropertiesAreConditions()
    {
        using var scope = NewDisposeScope();
        var (atoms, cache) = (new LearntAtoms([Element.H, Element.C]), new Qm9Cache(_folder["cache"], message => Assert.Fail(message)));
        Write([.. Enumerable.Range(1, 3).Select(n => (Name(n), Qm9Text.Frame(n)))]);
        string[] names = ["homo", "n_atoms", "U0", "Cv", "A"];
        var expected = tensor(new[] { -0.3877, 5, -40.47893, 6.469, 157.7118 }).expand(3, 5);
        Check.Close(NumberedMolecules.OfQm9(_folder.Path, atoms, names).Conditions!, expected, 0);
        foreach (var _ in (int[])[1, 2])
        {
            Check.Close(cache.Get(_folder.Path, atoms, names).Conditions!, expected, 1e-13 * 160);
        }

        Assert.Equal(2, Directory.GetFiles(_folder["cache"]).Length);
        var problem = Assert.Throws<DatasetException>(() => cache.Get(_folder.Path, atoms, ["Homo"])).Message;
        Assert.Contains("no number 'Homo', which data.condition names. What is known of it: n_atoms, A, B, C, mu", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ABadMoleculeIsNamedByArchiveFileAndLine()
    {
        Write([(Name(1), Qm9Text.Frame(1)), (Name(2), Qm9Text.Frame(2, exponent: "NaN"))]);
        Problem($"{Archive}: {Name(2)}, line 4: expected a finite coordinate, found 'NaN'");
        Write([(Name(1), Qm9Text.Frame(1) + Qm9Text.Frame(2))]);
        Problem($"{Archive}: {Name(1)}, line 11: expected the end of the file, found '5'");
        Write([(Name(1), "2\nno number\nH 0 0 0\nH 0 0 1\n")]);
        Problem($"{Archive}: {Name(1)}, line 2: expected 'gdb'");
        Write([(Name(1), "")]);
        Problem($"{Archive}: {Name(1)}: is empty");
        Write([]);
        Problem($"{Archive}: holds no molecule");
    }

    [Fact]
    public void ATruncatedArchiveIsNoticedWhereverItEnds()
    {
        // Bzip2 has blocks of 900 kB: several of them.
        var random = new Random(1);
        Write([.. Enumerable.Range(1, 1500).Select(n => (Name(n), Qm9Text.Frame(n, $"{random.NextDouble()}")))]);
        var whole = File.ReadAllBytes(Archive);
        foreach (var share in (double[])[0, 0.01, 0.5, 0.9, 0.9999])
        {
            File.WriteAllBytes(Archive, whole[..(int)(share * whole.Length)]);
            Problem($"{Archive}: ");
        }

        File.WriteAllText(Archive, "no archive");
        Problem($"{Archive}: is no tar archive compressed by bzip2, or a truncated or damaged one");

        for (var repeat = 0; repeat < 30; repeat++)
        {
            var damaged = whole.ToArray();
            damaged[random.Next(100, damaged.Length - 100)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Archive, damaged);
            Problem($"{Archive}: ");
        }
    }

    /// <summary>pbzip2 and lbzip2 write a stream for each piece of the archive.</summary>
    [Fact]
    public void AnArchiveOfManyStreamsIsReadToItsEnd()
    {
        Write([.. Enumerable.Range(1, 40).Select(n => (Name(n), Qm9Text.Frame(n)))]);
        var tar = Unpacked();
        foreach (var cut in (int[])[512, 10_240, 20_000, tar.Length - 1])
        {
            Pack(tar[..cut], tar[cut..]);
            Assert.Equal(40, Qm9.ReadArchive(Archive).Count());
        }
    }

    [Fact]
    public void AnArchiveNeedsItsEndAndNothingElse()
    {
        Write([.. Enumerable.Range(1, 4).Select(n => (Name(n), Qm9Text.Frame(n)))]);
        var tar = Unpacked();
        var end = tar.AsSpan().LastIndexOfAnyExcept((byte)0) / 512 * 512 + 512;
        Pack(tar[..(end + 1024)]);
        Assert.Equal(4, Qm9.ReadArchive(Archive).Count());

        foreach (var blocks in (int[])[0, 512, 1000])
        {
            Pack(tar[..(end + blocks)]);
            Problem($"{Archive}: is no tar archive compressed by bzip2, or a truncated or damaged one (it ends without the two blocks of zeros");
        }

        Pack(tar, tar);
        Problem($"{Archive}: is no tar archive compressed by bzip2, or a truncated or damaged one (something follows its end");
    }

    [Fact]
    public void FilesThatMacOsAddsAreNoMolecules()
    {
        Write([("._" + Name(1), "attributes"), (Name(1), Qm9Text.Frame(1))]);
        Assert.Single(Qm9.ReadArchive(Archive).ToList());
    }

    [Fact]
    public void AMissingArchiveSaysHowToFetchIt() =>
        Assert.Contains($"fff data fetch qm9 --folder {_folder.Path}", Assert.Throws<MissingDatasetException>(() => Qm9.Load(_folder.Path)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("no numbers here\n", "lists no molecule")]
    [InlineData("3 C\n7 N\n3 C\n", "line 3: molecule 3 is listed twice")]
    public void AListMustBeOne(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<FileReadException>(() => Qm9.ReadUncharacterized(_folder.WithText("u.txt", text))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(130_831, 17_748, 13_083)]
    [InlineData(133_885, 20_497, 13_388)]
    public void TheFormerSplitHasTheUsualSizes(long count, long validation, long test) =>
        Assert.Equal(new Split(100_000, validation, test), Qm9.FormerSplitOf(count));

    [Fact]
    public void AnArchiveThatIsTooSmallForTheFormerSplitIsAnError() =>
        Assert.Contains("only 100000 in all", Assert.Throws<DatasetException>(() => Qm9.FormerSplitOf(100_000)).Message, StringComparison.Ordinal);

    private static string Name(int number) => Qm9Text.FileName(number);

    private void Problem(string start) =>
        Assert.StartsWith(start, Assert.Throws<FileReadException>(() => Qm9.ReadArchive(Archive).ToList()).Message, StringComparison.Ordinal);

    private byte[] Unpacked()
    {
        using var unpacked = new MemoryStream();
        using var packed = new BZip2InputStream(File.OpenRead(Archive));
        packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private void Pack(params byte[][] streams)
    {
        using var file = File.Create(Archive);
        foreach (var stream in streams)
        {
            using var packed = new BZip2OutputStream(file) { IsStreamOwner = false };
            packed.Write(stream);
        }
    }

    private void Write((string Name, string Text)[] files) => Qm9Text.WriteArchive(Archive, files);
}
