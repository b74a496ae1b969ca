using System.Globalization;
using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>Arrays in NumPy's .npy format, versions 1.0 to 3.0: float32, float64, int32, int64 and bool.</summary>
internal static class Npy
{
    private static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("<f4", ScalarType.Float32, 4), ("<f8", ScalarType.Float64, 8), ("<i4", ScalarType.Int32, 4), ("<i8", ScalarType.Int64, 8), ("|b1", ScalarType.Bool, 1),
    ];

    /// <summary>Reads the array, on the CPU, of the file's type and shape. Fortran order becomes C order.</summary>
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
            throw new FileReadException(path, e.Message, e);
        }
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
        var (name, type, size) = Array.Find(Types, t => t.Name == header.Type);
        if (name is null)
        {
            throw new InvalidDataException($"holds values of type '{header.Type}'; convert it in NumPy with array.astype('float64').");
        }

        var expected = TensorBytes.Count(header.Shape, size);
        if (expected != length - dataStart)
        {
            throw new InvalidDataException($"has {length - dataStart} bytes of data, but shape ({string.Join(", ", header.Shape)}) of '{name}' takes {expected?.ToString(CultureInfo.InvariantCulture) ?? "more than there can be"}: it is truncated or damaged.");
        }

        using var scope = NewDisposeScope();
        var tensor = empty(header.Fortran ? [.. header.Shape.Reverse()] : [.. header.Shape], type, CPU);
        TensorBytes.Read(tensor, stream);
        if (header.Fortran)
        {
            tensor = tensor.permute([.. Enumerable.Range(0, header.Shape.Count).Select(i => (long)i).Reverse()]).contiguous();
        }

        return tensor.MoveToOuterDisposeScope();
    }

    /// <summary>Writes the array to a stream.</summary>
    internal static void Write(Stream stream, Tensor tensor)
    {
        var (name, _, _) = Array.Find(Types, t => t.Type == tensor.dtype);
        if (name is null)
        {
            throw new ArgumentException($"A tensor of {tensor.dtype} cannot be written as .npy.", nameof(tensor));
        }

        using var scope = NewDisposeScope();
        new NpyHeader(name, false, tensor.shape).Write(stream);
        TensorBytes.Write(tensor.detach().cpu().contiguous(), stream);
    }
}
