using System.IO.Compression;
using System.Text;
using FFF.Formats;
using ICSharpCode.SharpZipLib.BZip2;
using Xunit;

namespace FFF.Tests.Formats;

/// <summary>Compressed files are read to their very end, or refused; what is of another format is told.</summary>
public sealed class UnpackedFileTests : IDisposable
{
    private static readonly string Text = "a,b\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},{i * i % 37}\n"));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".gz")]
    [InlineData(".bz2")]
    public void OneOrManyParts(string ending)
    {
        foreach (var parts in (string[][])[[Text], [Text[..300], Text[300..]], [Text[..1], "", Text[1..7], Text[7..], ""]])
        {
            byte[] packed = [.. parts.SelectMany(part => Pack(ending, part))];
            Assert.Equal(Text, Read(ending, packed));

            // Whatever the name.
            Assert.Equal(200, CsvTable.Read(_folder.WithBytes("a.csv", packed)).Values.shape[0]);
            Assert.Equal(200, CsvTable.Read(_folder.WithBytes("a.csv" + ending, packed)).Values.shape[0]);
        }

        Assert.Equal(200, CsvTable.Read(_folder.WithText("plain.csv" + ending, Text)).Values.shape[0]);
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".bz2")]
    public void NoTruncationIsTakenForTheWhole(string ending)
    {
        var first = Pack(ending, Text[..300]);
        byte[] packed = [.. first, .. Pack(ending, Text[300..])];
        for (var length = 4; length < packed.Length; length++)
        {
            if (length == first.Length)
            {
                continue; // What is left is a whole file, which nothing tells from the one that was meant.
            }

            var path = _folder.WithBytes("cut.csv" + ending, packed[..length]);
            Assert.Contains("truncated or damaged", Assert.Throws<FileReadException>(() => CsvTable.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".bz2")]
    public void NothingMayFollowTheEnd(string ending)
    {
        foreach (var rest in (byte[][])[[0], new byte[512], [.. "BZh"u8], [0x1f, 0x8b], [.. "more"u8]])
        {
            Assert.Throws<InvalidDataException>(() => Read(ending, [.. Pack(ending, Text), .. rest]));
        }
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".bz2")]
    public void NoChangedBitPasses(string ending)
    {
        var packed = Pack(ending, Text);
        var random = new Random(5);
        for (var repeat = 0; repeat < 300; repeat++)
        {
            var damaged = packed.ToArray();

            // Bits of gzip's header tell the time and the system, which nobody asks.
            damaged[random.Next(10, packed.Length)] ^= (byte)(1 << random.Next(8));
            string? read = null;
            var error = Record.Exception(() => read = Read(ending, damaged));
            Assert.True(error is InvalidDataException || read == Text, error?.ToString() ?? read);
        }
    }

    [Fact]
    public void HeadersOfGzipMayHaveNames()
    {
        var plain = Pack(".gz", Text);
        byte[] named = [.. plain[..3], 4 + 8 + 16 + 2, .. plain[4..10], 2, 0, 7, 7, .. "name\0"u8, .. "comment\0"u8, 1, 2, .. plain[10..]];
        Assert.Equal(Text, Read(".gz", named));
    }

    [Fact]
    public void UnpackedSizesAreBounded()
    {
        using var stream = new BoundedStream(new GZipMembers(new MemoryStream(Pack(".gz", new string('0', 100_000)))), 65_536);
        Assert.Contains("more than 65,536 bytes, the limit", Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null)).Message,
            StringComparison.Ordinal);
        Assert.Equal((1L << 28) + 200, BoundedStream.LimitOf(10));
    }

    [Theory]
    [InlineData("fd377a585a00", "is compressed by xz: unpack it with 'xz -d'")]
    [InlineData("28b52ffd", "is compressed by zstd")]
    [InlineData("d0cf11e0a1b11ae1", "is a workbook of old Excel (.xls)")]
    [InlineData("894844460d0a1a0a", "is an HDF5 file")]
    [InlineData("50415231", "is a Parquet file")]
    [InlineData("fffe61002c00", "is text in UTF-16")]
    [InlineData("feff0061002c", "is text in UTF-16")]
    [InlineData("80049500", "is a pickle of Python")]
    [InlineData("934e554d50590100", "is a NumPy array: its name has to end in .npy")]
    [InlineData("3c21444f43545950452068746d6c3e", "is a web page (HTML)")]
    public void WhatIsOfAnotherFormatIsTold(string start, string what)
    {
        byte[] bytes = [.. Convert.FromHexString(start), .. new byte[600]];
        Assert.Contains(what, Refused("a.csv", bytes), StringComparison.Ordinal);
        Assert.Contains("after unpacking, " + what, Refused("a.csv.gz", Pack(".gz", Encoding.Latin1.GetString(bytes))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xl/workbook.xml", "is an Excel workbook (.xlsx): save its table as CSV")]
    [InlineData("content.xml", "is an OpenDocument file")]
    [InlineData("arr_0.npy", "its name has to end in .npz")]
    [InlineData("archive/data.pkl", "is a file of PyTorch")]
    [InlineData("table.csv", "is a zip archive of 'table.csv': unpack it")]
    public void WhatAZipArchiveHoldsIsTold(string entry, string what)
    {
        using (var archive = ZipFile.Open(_folder["a.csv"], ZipArchiveMode.Create))
        {
            archive.CreateEntry(entry);
        }

        Assert.Contains(what, Assert.Throws<FileReadException>(() => CsvTable.Read(_folder["a.csv"])).Message, StringComparison.Ordinal);
    }

    private static byte[] Pack(string ending, string text)
    {
        using var buffer = new MemoryStream();
        using (Stream packed = ending == ".gz"
            ? new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true)
            : new BZip2OutputStream(buffer) { IsStreamOwner = false })
        {
            packed.Write(Encoding.Latin1.GetBytes(text));
        }

        // The framework writes nothing at all of an empty text.
        return buffer.Length > 0 ? buffer.ToArray() : [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static string Read(string ending, byte[] packed)
    {
        using Stream stream = ending == ".gz" ? new GZipMembers(new MemoryStream(packed)) : new BZip2Streams(new MemoryStream(packed));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private string Refused(string name, byte[] bytes) => Assert.Throws<FileReadException>(() => CsvTable.Read(_folder.WithBytes(name, bytes))).Message;
}
