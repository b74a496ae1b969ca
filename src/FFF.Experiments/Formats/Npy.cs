using System.Globalization;
using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>Arrays in NumPy's .npy format, versions 1.0 to 3.0: real and whole numbers of any size and byte order, and bool.</summary>
/// <remarks>
/// float16 becomes float32; whole numbers of eight and 16 bits int32, unsigned ones of 32 and 64
/// bits int64. Written are float32, float64, int32, int64 and bool.
/// </remarks>
internal static class Npy
{
    private const int MaxDimensions = 64;

    private static readonly (string Name, ScalarType Type)[] Written =
    [
        ("<f4", ScalarType.Float32), ("<f8", ScalarType.Float64), ("<i4", ScalarType.Int32), ("<i8", ScalarType.Int64), ("|b1", ScalarType.Bool),
    ];

    /// <summary>Reads the array, on the CPU, of the file's shape. Fortran order becomes C order.</summary>
    /// <exception cref="FileReadException">The file is missing, damaged, or holds another type.</exception>
    public static Tensor Read(string path)
    {
        using var file = InputFile.Open(path);
        try
        {
            return Read(file, file.Length);
        }
        catch (InvalidDataException e)
        {
            throw Unreadable(path, file, e);
        }
    }

    /// <summary>What is told of a file that cannot be read as such: of which other format it is, or what is wrong with it.</summary>
    internal static FileReadException Unreadable(string path, FileStream file, InvalidDataException problem)
    {
        file.Position = 0;
        var foreign = ForeignFormat.What(path, UnpackedFile.Start(file));
        return new FileReadException(path, foreign is null || NpyHeader.IsOf(UnpackedFile.Start(file)) ? problem.Message : $"{foreign}.", problem);
    }

    /// <summary>Throws where the bytes after a header are others than it tells, or of a type that is not read.</summary>
    /// <returns>How many they are.</returns>
    /// <exception cref="InvalidDataException">They are.</exception>
    internal static long Require(NpyHeader header, long bytes)
    {
        if (header.Shape.Count > MaxDimensions)
        {
            throw new InvalidDataException($"has {header.Shape.Count} dimensions; at most {MaxDimensions} can be read, as in NumPy.");
        }

        var expected = TensorBytes.Count(header.Shape, NpyType.Of(header.Type).Type.Size);
        return expected == bytes
            ? bytes
            : throw new InvalidDataException($"has {bytes} bytes of data, but shape ({string.Join(", ", header.Shape)}) "
                + $"of '{header.Type}' takes {expected?.ToString(CultureInfo.InvariantCulture) ?? "more than there can be"}: it is truncated or damaged.");
    }

    /// <summary>Writes the tensor, wherever it lives, in C order.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">The tensor is of another type.</exception>
    public static void Write(string path, Tensor tensor) => AtomicFile.Write(path, stream => Write(stream, tensor));

    /// <summary>Reads an array from a stream of so many bytes.</summary>
    /// <exception cref="InvalidDataException">It is damaged or holds another type; the message tells which.</exception>
    internal static Tensor Read(Stream stream, long length)
    {
        var header = NpyHeader.Read(stream, out var dataStart);
        var (type, swapped) = NpyType.Of(header.Type);
        var expected = Require(header, length - dataStart);
        if (expected > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            throw new InvalidDataException($"holds {NumberText.Count(expected)} bytes, more than there is memory.");
        }

        using var scope = NewDisposeScope();
        var stored = empty(header.Fortran ? [.. header.Shape.Reverse()] : [.. header.Shape], type.Stored, CPU);
        TensorBytes.Read(stored, stream, swapped ? type.Swap : null);
        var tensor = type.Convert(stored);
        if (header.Fortran)
        {
            tensor = tensor.permute([.. Enumerable.Range(0, header.Shape.Count).Select(i => (long)i).Reverse()]).contiguous();
        }

        return tensor.MoveToOuterDisposeScope();
    }

    /// <summary>Writes the array to a stream.</summary>
    internal static void Write(Stream stream, Tensor tensor)
    {
        var (name, _) = Array.Find(Written, t => t.Type == tensor.dtype);
        if (name is null)
        {
            throw new ArgumentException($"A tensor of {tensor.dtype} cannot be written as .npy.", nameof(tensor));
        }

        using var scope = NewDisposeScope();
        new NpyHeader(name, false, tensor.shape).Write(stream);
        TensorBytes.Write(tensor.detach().cpu().contiguous(), stream);
    }
}
