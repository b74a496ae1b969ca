using System.Text;
using FFF.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Formats;

public sealed class NpyTests : IDisposable
{
    // Files that NumPy 1.24 wrote, in Base64.
    private const string Version1 =
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAD4PwAAAAAAAALAg7Y60pcSwAEAAAAAAAAQQAAAAAAAABRAAAAAAAAAGEA=";
    private const string Version2 =
        "k05VTVBZAgB0AAAAeydkZXNjcic6ICc8aTQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMiksIH0gICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAAAAgAAAAMAAAAEAAAA";
    private const string Version3 =
        "k05VTVBZAwB0AAAAeydkZXNjcic6ICd8YjEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAE=";
    private const string Fortran =
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAABAQAAAgD8AAIBAAAAAQAAAoEA=";
    private const string Scalar =
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoHAAAAAAAAAA==";
    private const string Records =
        "k05VTVBZAQB2AHsnZGVzY3InOiBbKCdhJywgJzxmOCcpLCAoJ2InLCAnPGk0JyldLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private Tensor ReadBase64(string base64) => Npy.Read(_folder.WithBytes("numpy.npy", Convert.FromBase64String(base64)));

    private FileReadException Fails(byte[] file) => Assert.Throws<FileReadException>(() => Npy.Read(_folder.WithBytes("bad.npy", file)));

    /// <summary>A file with this header and so many zeros as data.</summary>
    private static byte[] WithHeader(string header, int dataBytes, byte major = 1, byte minor = 0) =>
        [0x93, .. "NUMPY"u8, major, minor, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. new byte[dataBytes]];

    [Fact]
    public void ReadsWhatNumpyWrote()
    {
        var doubles = ReadBase64(Version1);
        Assert.Equal(ScalarType.Float64, doubles.dtype);
        Assert.Equal([2L, 3], doubles.shape);
        Assert.Equal([1.5, -2.25, 3e-300, 4, 5, 6], doubles.data<double>().ToArray());

        var integers = ReadBase64(Version2);
        Assert.Equal([2L, 2], integers.shape);
        Assert.Equal([1, 2, 3, 4], integers.data<int>().ToArray());

        Assert.Equal([true, false, true], ReadBase64(Version3).data<bool>().ToArray());

        var scalar = ReadBase64(Scalar);
        Assert.Empty(scalar.shape);
        Assert.Equal(7L, scalar.item<long>());
    }

    /// <summary>The bytes are NumPy's, of array.astype(type).tobytes().</summary>
    [Theory]
    [InlineData("<f2", "003c00c1", ScalarType.Float32, 1, -2.5)]
    [InlineData(">f2", "3c00c100", ScalarType.Float32, 1, -2.5)]
    [InlineData(">f4", "3f800000c0200000", ScalarType.Float32, 1, -2.5)]
    [InlineData(">f8", "3ff0000000000000c004000000000000", ScalarType.Float64, 1, -2.5)]
    [InlineData("=f4", "0000803f000020c0", ScalarType.Float32, 1, -2.5)]
    [InlineData("|i1", "01fe", ScalarType.Int32, 1, -2)]
    [InlineData("|u1", "01fe", ScalarType.Int32, 1, 254)]
    [InlineData("<i2", "0100feff", ScalarType.Int32, 1, -2)]
    [InlineData(">i2", "0001fffe", ScalarType.Int32, 1, -2)]
    [InlineData("<u2", "0100feff", ScalarType.Int32, 1, 65534)]
    [InlineData(">u2", "0001fffe", ScalarType.Int32, 1, 65534)]
    [InlineData(">i4", "00000001fffffffe", ScalarType.Int32, 1, -2)]
    [InlineData("<u4", "01000000feffffff", ScalarType.Int64, 1, 4294967294)]
    [InlineData(">u4", "00000001fffffffe", ScalarType.Int64, 1, 4294967294)]
    [InlineData(">i8", "0000000000000001fffffffffffffffe", ScalarType.Int64, 1, -2)]
    [InlineData("<u8", "0100000000000000feffffff00000000", ScalarType.Int64, 1, 4294967294)]
    [InlineData("|b1", "0100", ScalarType.Bool, 1, 0)]
    public void ReadsNumbersOfEverySizeAndByteOrder(string type, string bytes, ScalarType expected, double first, double second)
    {
        var read = Npy.Read(
            _folder.WithBytes("a.npy", [.. WithHeader($"{{'descr': '{type}', 'fortran_order': False, 'shape': (2,), }}", 0), .. Convert.FromHexString(bytes)]));
        Assert.Equal(expected, read.dtype);
        Assert.Equal([first, second], read.to(float64).data<double>().ToArray());
    }

    [Theory]
    [InlineData("<u8", 8, "beyond 2⁶³")]
    [InlineData("<f16", 16,
        "numbers of a precision that is not the same on every machine (NumPy's type '<f16'). Convert it in NumPy with array.astype('float64')")]
    [InlineData("<c16", 16, "complex numbers")]
    [InlineData("<U3", 12, "text (NumPy's type '<U3')")]
    [InlineData("|S3", 3, "text")]
    [InlineData("<M8[ns]", 8, "dates or times")]
    [InlineData("|O", 8, "not unpickled")]
    [InlineData("|V4", 4, "raw bytes")]
    [InlineData("f8", 8, "(NumPy's type 'f8')")]
    public void SaysWhatToDoWithOtherTypes(string type, int size, string problem) =>
        Assert.Contains(problem,
            Fails([.. WithHeader($"{{'descr': '{type}', 'fortran_order': False, 'shape': (1,), }}", 0), .. Enumerable.Repeat((byte)0xff, size)]).Message);

    [Theory]
    [InlineData("PK\u0003\u0004", "zip archive")]
    [InlineData("%PDF-1.4", "is a PDF")]
    [InlineData("<!DOCTYPE html>", "web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "git lfs pull")]
    [InlineData("\u0080\u0004\u0095", "pickle")]
    [InlineData("a,b\n1,2\n", "is not in NumPy's .npy format")]
    public void SaysWhatAForeignFileIs(string start, string problem) => Assert.Contains(problem, Fails(Encoding.Latin1.GetBytes(start)).Message);

    [Fact]
    public void TurnsFortranOrderIntoCOrder()
    {
        var tensor = ReadBase64(Fortran);

        Assert.Equal([2L, 3], tensor.shape);
        Assert.True(tensor.is_contiguous());
        Assert.Equal([0f, 1, 2, 3, 4, 5], tensor.data<float>().ToArray());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Bool)]
    public void ReadsBackWhatItWrote(ScalarType type)
    {
        foreach (var shape in (long[][])[[], [5], [4, 3], [0, 3], [2, 3, 4]])
        {
            var tensor = arange(shape.Aggregate(1L, (n, s) => n * s)).reshape(shape).sub(1).to(type);

            Npy.Write(_folder["a.npy"], tensor);
            var read = Npy.Read(_folder["a.npy"]);

            Assert.Equal(type, read.dtype);
            Assert.Equal(shape, read.shape);
            Assert.True(read.Equals(tensor));
            Assert.Equal(0, (new FileInfo(_folder["a.npy"]).Length - (tensor.NumberOfElements * tensor.ElementSize)) % 64);
        }
    }

    [Fact]
    public void WritesTheHeaderThatNumpyDefines()
    {
        Npy.Write(_folder["a.npy"], tensor(new[] { 1f, 2 }));

        var bytes = File.ReadAllBytes(_folder["a.npy"]);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", Encoding.Latin1.GetString(bytes, 10, 118).TrimEnd());
        Assert.Equal((byte)'\n', bytes[127]);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0], bytes[..10]);
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], bytes[128..]);
    }

    [Fact]
    public void WritesTransposedAndTrainableTensors()
    {
        var tensor = arange(6.0, ScalarType.Float64).reshape(2, 3).requires_grad_();

        Npy.Write(_folder["a.npy"], tensor.t());

        Assert.Equal([0.0, 3, 1, 4, 2, 5], Npy.Read(_folder["a.npy"]).data<double>().ToArray());
    }

    [Fact]
    public void RefusesToWriteOtherTypes()
    {
        Assert.Throws<ArgumentException>(() => Npy.Write(_folder["a.npy"], zeros(2, ScalarType.ComplexFloat64)));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void RefusesWhatItCannotRead()
    {
        Assert.Contains("records with named fields", Assert.Throws<FileReadException>(() => ReadBase64(Records)).Message);
        Assert.Contains("no such file", Assert.Throws<FileReadException>(() => Npy.Read(_folder["missing.npy"])).Message);
        Assert.Contains("is a folder", Assert.Throws<FileReadException>(() => Npy.Read(_folder.Path)).Message);
    }

    [Fact]
    public void RefusesEveryTruncation()
    {
        var whole = Convert.FromBase64String(Version1);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Contains("bad.npy: ", Fails(whole[..length]).Message);
        }

        Assert.Contains("has 49 bytes of data", Fails([.. whole, 0]).Message);
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 16, null)]
    [InlineData("{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f8\"}", 16, null)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,1)}", 16, null)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 1L), }", 16, null)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }", 16, null)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': "
            + "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2)}",
        16, "65 dimensions")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2)}", 16, "',' was expected")]
    [InlineData("{'descr': '<f8', 'fortran_order': False}", 16, "lacks the key 'shape'")]
    [InlineData("{'fortran_order': False, 'shape': (2,)}", 16, "lacks the key 'descr'")]
    [InlineData("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 16, "'descr'")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}", 16, "'more'")]
    [InlineData("{'descr': '<f8', 'fortran_order': 0, 'shape': (2,), }", 16, "True or False")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }", 16, "size of a dimension")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), } 1", 16, "the end of the header")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3 4), }", 16, "')' was expected")]
    [InlineData("{'descr': '<f8, 'fortran_order': False, 'shape': (2,), }", 16, "was expected")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,2), }", 16, "more than there can be")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (0,9223372036854775807), }", 0, "more than there can be")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }", 16, "size of a dimension")]
    [InlineData("", 16, "'{' was expected")]
    public void ReadsHeadersStrictly(string header, int dataBytes, string? problem)
    {
        var file = WithHeader(header, dataBytes);
        if (problem is null)
        {
            Assert.Equal(2L, Npy.Read(_folder.WithBytes("good.npy", file)).NumberOfElements);
        }
        else
        {
            Assert.Contains(problem, Fails(file).Message);
        }
    }

    [Fact]
    public void NeverFailsInAnotherWayWhenTheHeaderIsDamaged()
    {
        var whole = Convert.FromBase64String(Version1);
        for (var i = 0; i < 128; i++)
        {
            foreach (var value in (byte[])[0, (byte)'\'', (byte)'9', (byte)')', 0xff])
            {
                var damaged = whole.ToArray();
                damaged[i] = value;
                var exception = Record.Exception(() => Npy.Read(_folder.WithBytes("bad.npy", damaged)));
                Assert.True(exception is null or FileReadException, $"byte {i} = {value}: {exception}");
            }
        }
    }

    [Fact]
    public void RefusesUnknownVersions()
    {
        const string Header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
        Assert.Contains("version 4.0", Fails(WithHeader(Header, 16, major: 4)).Message);
        Assert.Contains("version 1.1", Fails(WithHeader(Header, 16, minor: 1)).Message);
    }
}
