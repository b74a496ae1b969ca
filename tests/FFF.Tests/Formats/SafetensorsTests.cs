using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using FFF.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Formats;

public sealed class SafetensorsTests : IDisposable
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>A file of this header and these data.</summary>
    private static byte[] Bytes(string header, params byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    private string Fails(byte[] file)
    {
        var path = _folder.WithBytes("bad.safetensors", file);
        var message = Assert.Throws<FileReadException>(() => Safetensors.Read(path)).Message;
        Assert.StartsWith(path, message);
        return message;
    }

    private byte[] Written(Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata = null)
    {
        Safetensors.Write(_folder["a.safetensors"], tensors, metadata ?? NoMetadata);
        return File.ReadAllBytes(_folder["a.safetensors"]);
    }

    [Fact]
    public void ReadsAFileWrittenByteByByte()
    {
        var file = Bytes(
            """{"__metadata__":{"by":"hand ü"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}"""
                + ""","n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}  """,
            0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0);

        var (tensors, metadata) = Safetensors.Read(_folder.WithBytes("hand.safetensors", file));

        Assert.Equal(2, tensors.Count);
        Assert.Equal([1L, 2], tensors["w"].shape);
        Assert.Equal([1.5f, -2], tensors["w"].data<float>().ToArray());
        Assert.Equal(-2L, tensors["n"].item<long>());
        Assert.Equal("hand ü", Assert.Single(metadata).Value);
    }

    [Fact]
    public void ReadsBackEveryType()
    {
        var tensors = SafetensorsTypes().ToDictionary(t => t.ToString(), t => arange(6).sub(2).reshape(2, 3).to(t));
        tensors["empty"] = zeros(0, 3);
        tensors["scalar \"ü\""] = tensor(3.5);

        Written(tensors, new() { ["step"] = "12" });
        var (read, metadata) = Safetensors.Read(_folder["a.safetensors"]);

        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        Assert.All(tensors, t =>
        {
            Assert.Equal(t.Value.dtype, read[t.Key].dtype);
            Assert.Equal(t.Value.shape, read[t.Key].shape);
            Assert.True(read[t.Key].Equals(t.Value));
        });
        Assert.Equal("12", metadata["step"]);
    }

    [Fact]
    public void LaysOutAsTheReferenceImplementation()
    {
        var file = Written(new()
        {
            ["b"] = tensor(new[] { 1f }),
            ["a"] = tensor(new[] { 2f }),
            ["u"] = tensor(new byte[] { 7 }),
            ["d"] = tensor(new[] { 3.0 }),
            ["h"] = tensor(new[] { 1f }).to(ScalarType.Float16),
        });

        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var data = file[(8 + length)..];
        var header = Encoding.UTF8.GetString(file, 8, length);
        Assert.Equal(0, length % 8);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0x08, 0x40, 0, 0, 0, 0x40, 0, 0, 0x80, 0x3f, 0, 0x3c, 7], data);
        Assert.Equal(
            $$$"""{"__metadata__":{"sha256":"{{{Convert.ToHexStringLower(SHA256.HashData(data))}}}"}"""
                + ""","d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}"""
                + ""","b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]},"h":{"dtype":"F16","shape":[1],"data_offsets":[16,18]}"""
                + ""","u":{"dtype":"U8","shape":[1],"data_offsets":[18,19]}}""",
            header.TrimEnd(' '));
    }

    [Fact]
    public void WritesTransposedAndTrainableTensors()
    {
        Written(new() { ["w"] = arange(6f).reshape(2, 3).requires_grad_().t() });

        var read = Safetensors.Read(_folder["a.safetensors"]).Tensors["w"];

        Assert.Equal([0f, 3, 1, 4, 2, 5], read.data<float>().ToArray());
        Assert.False(read.requires_grad);
    }

    [Fact]
    public void RefusesToWriteWhatTheFormatLacks()
    {
        Assert.Throws<ArgumentException>(() => Written(new() { ["c"] = zeros(2, ScalarType.ComplexFloat64) }));
        Assert.Throws<ArgumentException>(() => Written(new() { ["__metadata__"] = zeros(2) }));
        Assert.Throws<ArgumentException>(() => Written([], new() { ["sha256"] = "" }));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void RefusesMoreDimensionsThanLibtorchWorksWith()
    {
        var ones = string.Concat(Enumerable.Repeat(",1", 64));
        Assert.Contains("'a' has 65 dimensions; at most 64",
            Fails(Bytes($$$"""{"a":{"dtype":"F32","shape":[2{{{ones}}}],"data_offsets":[0,8]}}""", new byte[8])));
    }

    /// <summary>A file whose size is a hole, which takes no space on the disk.</summary>
    [Fact]
    public void RefusesMoreBytesThanThereIsMemory()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no holes there unless they are asked for.");
        const long Size = 1L << 42;
        var path = _folder.WithBytes("hole.safetensors", Bytes($$$"""{"a":{"dtype":"U8","shape":[{{{Size}}}],"data_offsets":[0,{{{Size}}}]}}"""));
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(file.Length + Size);
        }

        Assert.Contains("more than there is memory", Assert.Throws<FileReadException>(() => Safetensors.Read(path)).Message);
    }

    [Fact]
    public void RefusesEveryTruncation()
    {
        var whole = Written(new() { ["a"] = arange(3), ["b"] = arange(3f) }, new() { ["step"] = "12" });
        for (var length = 0; length < whole.Length; length++)
        {
            Fails(whole[..length]);
        }

        Assert.Contains("12 of 36 bytes of data are missing", Fails(whole[..^12]));
        Assert.Contains("1 bytes after the last tensor", Fails([.. whole, 0]));
    }

    [Fact]
    public void NoticesEveryFlippedBitOfTheData()
    {
        var file = Written(new() { ["a"] = arange(3) });
        for (var bit = 0; bit < 24 * 8; bit++)
        {
            var damaged = file.ToArray();
            damaged[^(1 + (bit / 8))] ^= (byte)(1 << (bit % 8));
            Assert.Contains("is damaged: its data do not match their checksum", Fails(damaged));
        }
    }

    [Fact]
    public void NeverFailsInAnotherWayWhenTheHeaderIsDamaged()
    {
        var file = Written(new() { ["a"] = arange(3), ["b"] = zeros(2, 2) }, new() { ["step"] = "12" });
        var headerEnd = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        for (var i = 0; i < headerEnd; i++)
        {
            foreach (var value in (byte[])[(byte)'"', (byte)'9', (byte)'}', 0xff])
            {
                var damaged = file.ToArray();
                damaged[i] = value;
                var exception = Record.Exception(() => Safetensors.Read(_folder.WithBytes("bad.safetensors", damaged)));
                Assert.True(exception is null or FileReadException, $"byte {i} = {value}: {exception}");
            }
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "uplicate")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "uplicate")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'b' overlaps another one")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'a' follows a gap of 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "4 bytes after the last tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "is truncated: 8 of 16 bytes of data are missing")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "'a' of shape [3] and type F32 cannot take 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "cannot take 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,0]}}""", "cannot take 0 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "are no sizes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "are no sizes")]
    [InlineData("""{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", "are no sizes")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "are no sizes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "are no sizes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "are no sizes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}""", "are no sizes")]
    [InlineData("""{"a":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}""", "'a' of type \"U64\"; readable are I64,")]
    [InlineData("""{"a":{"dtype":7,"shape":[1],"data_offsets":[0,8]}}""", "'a' of type 7")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "must have exactly")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}""", "must have exactly")]
    [InlineData("""{"a":[]}""", "must have exactly")]
    [InlineData("""{"__metadata__":{"step":1}}""", "must hold texts only")]
    [InlineData("""{"__metadata__":"step"}""", "must hold texts only")]
    [InlineData("""{"__metadata__":{"step":"\ud800"}}""", "damaged header")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "damaged header")]
    [InlineData("""{"__metadata__":{"step":"1","step":"2"}}""", "uplicate")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x""", "damaged header")]
    [InlineData("""[1]""", "not in the safetensors format")]
    [InlineData(""" {}""", "not in the safetensors format")]
    [InlineData("", "not in the safetensors format")]
    public void ReadsHeadersStrictly(string header, string problem) => Assert.Contains(problem, Fails(Bytes(header, new byte[8])));

    [Fact]
    public void RefusesOtherFormats()
    {
        Assert.Contains("is empty", Fails([]));
        Assert.Contains("truncated or of another format", Fails([.. "PK\u0003\u0004"u8, .. new byte[100]]));
        Assert.Contains("not in the safetensors format", Fails(Encoding.UTF8.GetBytes("a text file that is no checkpoint")));
        Assert.Contains("header takes 100000000 bytes, but only 1 follow", Fails([0, 0xe1, 0xf5, 5, 0, 0, 0, 0, (byte)'{']));
        Assert.Contains("not in the safetensors format", Fails([1, 0xe1, 0xf5, 5, 0, 0, 0, 0, (byte)'{']));
        Assert.Contains("no such file", Assert.Throws<FileReadException>(() => Safetensors.Read(_folder["missing"])).Message);
    }

    [Fact]
    public void FreesTensorsOfFilesThatEndEarly()
    {
        var file = Written(new() { ["a"] = arange(3), ["b"] = arange(3f) });
        var path = _folder.WithBytes("bad.safetensors", file[..^1]);
        using var scope = NewDisposeScope();

        Assert.Throws<FileReadException>(() => Safetensors.Read(path));

        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void PythonReadsIt()
    {
        Assert.SkipUnless(Python("import numpy, safetensors") is (0, _), "Python with the modules numpy and safetensors is not installed.");
        Written(new() { ["w"] = arange(6f).reshape(2, 3) }, new() { ["step"] = "12" });

        var (exitCode, output) = Python(
            "import sys; from safetensors import safe_open; f = safe_open(sys.argv[1], 'np'); print(f.get_tensor('w').tolist(), f.metadata()['step'])",
            _folder["a.safetensors"]);

        Assert.Equal(0, exitCode);
        Assert.Equal("[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]] 12", output.Trim());
    }

    private static (int ExitCode, string Output) Python(string script, params string[] arguments)
    {
        try
        {
            using var python = Process.Start(
                new ProcessStartInfo("python3", ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = python.StandardOutput.ReadToEnd();
            python.WaitForExit();
            return (python.ExitCode, output);
        }
        catch (Win32Exception)
        {
            return (-1, "");
        }
    }

    private static ScalarType[] SafetensorsTypes() =>
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64,
        ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];
}
