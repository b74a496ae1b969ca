using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using FFF.Datasets.Molecules;
using FFF.Errors;
using FFF.Formats;
using FFF.Randomness;
using ICSharpCode.SharpZipLib.BZip2;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Formats;

/// <summary>
/// Whatever the bytes, a data file is read or refused with an explanation, and one with a checksum is read as it was written. Three hundred
/// files of each format; FFF_TEST_LONG=1 asks for ten thousand.
/// </summary>
public sealed class ReaderMutationTests : IDisposable
{
    private const string Xyz = "3\nwater\nO 0.0 0.0 0.117\nH 0.0 0.757 -0.469\nH 0.0 -0.757 -0.469\n2\nProperties=species:S:1:pos:R:3\nH 0 0 0\nH 0 0 0.74\n";
    private const string Sdf = "water\n  x\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.1170 O   0  0\n"
        + "    0.0000    0.7570   -0.4690 H   0  0\n  1  2  1  0\nM  END\n$$$$\n";

    /// <summary>Bounds that only an endless loop or a length that was believed exceed.</summary>
    private const long MaxBytes = 1L << 28;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly string[] Fragments =
        [",", "\n", "\r", "\"", "\0", "1e999", "nan", "-", "9", "99999999999999999999", "é", "\uFEFF", ";", "\t", " ", "$$$$\n", "Properties=", "(", "{", "'"];

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    private static int Mutants => LongRun.Times(300, 10_000);

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(".csv")]
    [InlineData(".csv.gz")]
    [InlineData(".csv.bz2")]
    [InlineData(".npy")]
    [InlineData(".npz")]
    [InlineData(".parquet")]
    [InlineData(".h5")]
    [InlineData(".xyz")]
    [InlineData(".xyz.gz")]
    [InlineData(".sdf")]
    public void MutatedFilesAreReadOrRefused(string ending)
    {
        var path = _folder["data" + ending];
        var whole = Whole(ending);
        File.WriteAllBytes(path, whole);
        var expected = Read(path);
        var random = new Random((int)NamedSeed.Derive(0, "mutated files" + ending));
        var (refused, same) = (0, 0);
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = Mutate(whole, random);
            File.WriteAllBytes(path, mutant);
            var (allocated, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            try
            {
                var read = Read(path);
                same += read == expected ? 1 : 0;
                Assert.True(read == expected || !HasChecksum(ending), $"mutant {i} of {ending} was read as other data: {Convert.ToBase64String(mutant)}");
            }
            catch (InputException)
            {
                refused++; // Every other exception fails the test by itself.
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < MaxBytes && clock.Elapsed < Longest, $"mutant {i} took {clock.Elapsed}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{ending}: {Mutants} mutants, {refused} refused, {same} read as they were");
        Assert.InRange(refused, Mutants / 10, HasChecksum(ending) ? Mutants : Mutants - 1);
    }

    private static bool HasChecksum(string ending) => ending is ".csv.gz" or ".csv.bz2" or ".xyz.gz" or ".npz";

    private static byte[] Whole(string ending) => ending switch
    {
        ".csv" => Csv(),
        ".csv.gz" => Compressed(Csv(), buffer => new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true)),
        ".csv.bz2" => Compressed(Csv(), buffer => new BZip2OutputStream(buffer) { IsStreamOwner = false }),
        ".xyz" => Encoding.UTF8.GetBytes(Xyz),
        ".xyz.gz" => Compressed(Encoding.UTF8.GetBytes(Xyz), buffer => new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true)),
        ".sdf" => Encoding.UTF8.GetBytes(Sdf),
        ".parquet" => ColumnarFileTests.Parquet(30),
        ".h5" => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Formats", "Files", "sims.h5")),
        _ => Array(ending),
    };

    private static byte[] Csv() =>
        Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 30).Select(i => FormattableString.Invariant($"{Math.Sin(i):F4},{i}\n"))));

    private static byte[] Compressed(byte[] content, Func<Stream, Stream> compress)
    {
        using var buffer = new MemoryStream();
        using (var stream = compress(buffer))
        {
            stream.Write(content);
        }

        return buffer.ToArray();
    }

    private static byte[] Array(string ending)
    {
        using var folder = new TemporaryFolder();
        var (path, values) = (folder["array" + ending], arange(60, dtype: float64).reshape(30, 2));
        if (ending == ".npy")
        {
            Npy.Write(path, values);
        }
        else
        {
            Npz.Write(path, new Dictionary<string, Tensor> { ["samples"] = values });
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>What a file holds, as text.</summary>
    private static string Read(string path)
    {
        using var scope = NewDisposeScope();
        if (!MatrixFile.IsKnown(path))
        {
            return string.Join(';', MoleculeFile.ReadAll(path).Select(molecule =>
                $"{string.Join(',', molecule.Elements)}:{string.Join(',', molecule.Positions)}"));
        }

        var file = MatrixFile.Read(path);
        var values = file.Values.contiguous().data<double>().ToArray();
        return $"{string.Join(',', file.Columns ?? [])}[{string.Join(',', file.Values.shape)}]{string.Join(',', values)}";
    }

    /// <summary>Flipped bits, an end that came too soon, or something inserted, removed or repeated.</summary>
    private static byte[] Mutate(byte[] file, Random random)
    {
        var (at, length) = (random.Next(file.Length), random.Next(1, 20));
        var end = Math.Min(file.Length, at + length);
        switch (random.Next(6))
        {
            case 0:
                byte[] flipped = [.. file];
                for (var change = random.Next(1, 4); change > 0; change--)
                {
                    flipped[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                }

                return flipped;
            case 1:
                return file[..at];
            case 2:
                return [.. file[..at], .. file[end..]];
            case 3:
                return [.. file[..end], .. file[at..]];
            case 4:
                return [.. file, .. file[at..end]];
            default:
                return [.. file[..at], .. Encoding.UTF8.GetBytes(random.GetItems(Fragments, 1)[0]), .. file[at..]];
        }
    }
}
