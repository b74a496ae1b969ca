using System.IO.Compression;
using FFF.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Formats;

public sealed class NpzTests : IDisposable
{
    // numpy.savez_compressed(x=[0., 1, 2], y=[[1, 2]]), in Base64.
    private const string Numpy =
        "UEsDBBQAAAAIAAAAIQAkIeErTAAAAJgAAAAFABQAeC5ucHkBABAAmAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSY"
        + "F59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GFPDBHspwAABQSwMEFAAAAAgAAAAhAMm8aNZMAAAAkAAAAAUAFAB5Lm5weQEAEACQAAAAAAAAAEwA"
        + "AAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjoKRpo6CrUKZAMuRgYIYILSAFBLAQIUAxQA"
        + "AAAIAAAAIQAkIeErTAAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLAQIUAxQAAAAIAAAAIQDJvGjWTAAAAJAAAAAFAAAAAAAAAAAAAACAAYMAAAB5"
        + "Lm5weVBLBQYAAAAAAgACAGYAAAAGAQAAAAA=";

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void ReadsWhatNumpyWrote()
    {
        var arrays = Npz.Read(_folder.WithBytes("numpy.npz", Convert.FromBase64String(Numpy)));

        Assert.Equal(["x", "y"], arrays.Keys.Order());
        Assert.Equal([0.0, 1, 2], arrays["x"].data<double>().ToArray());
        Assert.Equal([1L, 2], arrays["y"].shape);
        Assert.Equal([1L, 2], arrays["y"].data<long>().ToArray());
    }

    [Fact]
    public void ReadsBackWhatItWroteAndEqualArraysAreEqualFiles()
    {
        var arrays = new Dictionary<string, Tensor>
        {
            ["samples"] = arange(6f).reshape(3, 2),
            ["log_prob"] = tensor(new[] { -1.5, double.NegativeInfinity, 0.1 }),
        };

        Npz.Write(_folder["a.npz"], arrays);
        Npz.Write(_folder["b.npz"], arrays.Reverse().ToDictionary());
        var read = Npz.Read(_folder["a.npz"]);

        Assert.Equal(2, read.Count);
        Assert.True(read["samples"].Equals(arrays["samples"]));
        Assert.True(read["log_prob"].Equals(arrays["log_prob"]));
        Assert.Equal(File.ReadAllBytes(_folder["a.npz"]), File.ReadAllBytes(_folder["b.npz"]));
    }

    [Fact]
    public void NoticesEveryFlippedBitOfTheData()
    {
        Npz.Write(_folder["a.npz"], new Dictionary<string, Tensor> { ["x"] = zeros(64, ScalarType.Float64) });
        var bytes = File.ReadAllBytes(_folder["a.npz"]);
        var data = bytes.AsSpan().IndexOf(new byte[64 * 8]);

        bytes[data + 100] ^= 1;

        Assert.Contains("'x.npy' does not match its checksum", Fails(bytes));
    }

    [Fact]
    public void RefusesTruncatedAndForeignArchives()
    {
        var whole = Convert.FromBase64String(Numpy);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Contains("bad.npz: ", Fails(whole[..length]));
        }

        Assert.Contains("'notes.txt', which is no .npy file", Fails(Archive(("notes.txt", "hello"))));
        Assert.Contains("there twice", Fails(Archive(("x.npy", null), ("x.npy", null))));
        Assert.Contains("'x.npy' is not in NumPy's .npy format", Fails(Archive(("x.npy", "hello"))));
    }

    [Fact]
    public void NeverFailsInAnotherWayWhenBytesAreDamaged()
    {
        var whole = Convert.FromBase64String(Numpy);
        for (var i = 0; i < whole.Length; i++)
        {
            foreach (var flip in (byte[])[0x01, 0xff])
            {
                var damaged = whole.ToArray();
                damaged[i] ^= flip;
                var exception = Record.Exception(() => Npz.Read(_folder.WithBytes("bad.npz", damaged)));
                Assert.True(exception is null or FileReadException, $"byte {i} ^ {flip}: {exception}");
            }
        }
    }

    private string Fails(byte[] file) => Assert.Throws<FileReadException>(() => Npz.Read(_folder.WithBytes("bad.npz", file))).Message;

    /// <summary>An archive of such entries; those without text hold a good array.</summary>
    private static byte[] Archive(params (string Name, string? Text)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in entries)
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(text is null
                    ? [0x93, .. "NUMPY\u0001\0"u8, 57, 0, .. "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }"u8]
                    : System.Text.Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }
}
