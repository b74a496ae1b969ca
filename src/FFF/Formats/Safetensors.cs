using System.Buffers.Binary;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>Tensors by name, and texts by name, in the safetensors format, which Python reads and writes too.</summary>
/// <remarks>
/// Files written here carry the SHA-256 of their data under the metadata key <see cref="ChecksumKey"/>; wherever a file
/// has it, reading verifies it.
/// </remarks>
internal static class Safetensors
{
    /// <summary>The metadata key of the data's SHA-256, in hexadecimal digits.</summary>
    public const string ChecksumKey = "sha256";

    private const int LengthBytes = 8;

    /// <summary>Writes the tensors, wherever they live, and the texts.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">A tensor's type or name, or the key <see cref="ChecksumKey"/>, is not allowed.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.ContainsKey(ChecksumKey))
        {
            throw new ArgumentException($"The metadata key '{ChecksumKey}' is the format's own.", nameof(metadata));
        }

        using var scope = NewDisposeScope();
        var layout = SafetensorsHeader.Layout(tensors.Select(t => (t.Key, t.Value.dtype, t.Value.shape)), metadata);
        Tensor[] data = [.. layout.Tensors.Select(entry => tensors[entry.Name].detach().cpu().contiguous())];
        var header = (layout with { Metadata = new Dictionary<string, string>(metadata) { [ChecksumKey] = Checksum(data) } }).Encode();
        if (header.Length > SafetensorsHeader.LongestHeader)
        {
            throw new ArgumentException($"The header of {header.Length} bytes is longer than readers accept.", nameof(metadata));
        }

        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var tensor in data)
            {
                TensorBytes.Write(tensor, stream);
            }
        });
    }

    /// <summary>Reads the tensors, on the CPU, and the texts.</summary>
    /// <exception cref="FileReadException">The file is missing, truncated, damaged or of another format.</exception>
    public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        using var file = InputFile.Open(path);
        using var scope = NewDisposeScope();
        try
        {
            var header = ReadHeader(file);
            if (file.Length > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            {
                throw new InvalidDataException($"holds {file.Length} bytes, more than there is memory.");
            }

            VerifyChecksum(file, header.Metadata);
            var tensors = new Dictionary<string, Tensor>();
            foreach (var entry in header.Tensors)
            {
                var tensor = empty(entry.Shape, entry.Type.Scalar, CPU);
                TensorBytes.Read(tensor, file);
                tensors.Add(entry.Name, tensor);
            }

            foreach (var tensor in tensors.Values)
            {
                tensor.MoveToOuterDisposeScope();
            }

            return (tensors, header.Metadata);
        }
        catch (InvalidDataException e)
        {
            throw new FileReadException(path, e.Message, e);
        }
    }

    private static SafetensorsHeader ReadHeader(Stream file)
    {
        Span<byte> start = stackalloc byte[LengthBytes];
        if (file.ReadAtLeast(start, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
        {
            throw new InvalidDataException(file.Length == 0 ? "is empty." : "is too short for a safetensors file: it is truncated or of another format.");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > SafetensorsHeader.LongestHeader)
        {
            throw new InvalidDataException("is not in the safetensors format: its first eight bytes are no header length.");
        }

        if ((long)length > file.Length - LengthBytes)
        {
            throw new InvalidDataException(
                $"is truncated or of another format: it says that its header takes {length} bytes, but only {file.Length - LengthBytes} follow.");
        }

        var header = new byte[length];
        file.ReadExactly(header);
        return SafetensorsHeader.Decode(header, file.Length - file.Position);
    }

    /// <summary>The notes of a file, of which only the header is read and nothing verified.</summary>
    /// <exception cref="FileReadException">It cannot be read, or is no such file.</exception>
    internal static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var file = InputFile.Open(path);
        try
        {
            return ReadHeader(file).Metadata;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new FileReadException(path, e.Message, e);
        }
    }

    private static void VerifyChecksum(Stream file, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.TryGetValue(ChecksumKey, out var expected))
        {
            var start = file.Position;
            if (!string.Equals(FileDigest.Sha256(file), expected, StringComparison.OrdinalIgnoreCase))
            {
                throw new InvalidDataException("is damaged: its data do not match their checksum. Restore it from a copy, or use another checkpoint.");
            }

            file.Position = start;
        }
    }

    private static string Checksum(IEnumerable<Tensor> data)
    {
        using var sha256 = SHA256.Create();
        using (var hashing = new CryptoStream(Stream.Null, sha256, CryptoStreamMode.Write))
        {
            foreach (var tensor in data)
            {
                TensorBytes.Write(tensor, hashing);
            }
        }

        return Convert.ToHexStringLower(sha256.Hash!);
    }
}
