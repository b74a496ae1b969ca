using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>A type of NumPy's numbers, and the type of tensors that it becomes: the same, or the next that holds all of its values.</summary>
/// <param name="Code">NumPy's letter and size, such as f8.</param>
/// <param name="Size">Bytes of a number.</param>
/// <param name="Stored">The tensor's type whose bytes are the file's.</param>
/// <param name="Scalar">The tensor's type that is given.</param>
internal sealed record NpyType(string Code, int Size, ScalarType Stored, ScalarType Scalar)
{
    private const string TooLarge = "holds whole numbers beyond 2⁶³. Convert it in NumPy with array.astype('float64').";

    private static readonly NpyType[] All =
    [
        new("f2", 2, ScalarType.Float16, ScalarType.Float32), new("f4", 4, ScalarType.Float32, ScalarType.Float32),
        new("f8", 8, ScalarType.Float64, ScalarType.Float64),
        new("i1", 1, ScalarType.Int8, ScalarType.Int32), new("i2", 2, ScalarType.Int16, ScalarType.Int32), new("i4", 4, ScalarType.Int32, ScalarType.Int32),
        new("i8", 8, ScalarType.Int64, ScalarType.Int64),
        new("u1", 1, ScalarType.Byte, ScalarType.Int32), new("u2", 2, ScalarType.Int16, ScalarType.Int32), new("u4", 4, ScalarType.Int32, ScalarType.Int64),
        new("u8", 8, ScalarType.Int64, ScalarType.Int64), new("b1", 1, ScalarType.Bool, ScalarType.Bool),
    ];

    /// <summary>The type of a header's text, such as <c>&lt;f8</c> or <c>&gt;i4</c>, and whether its bytes are in the other order.</summary>
    /// <exception cref="InvalidDataException">It is not read; the message says what to do.</exception>
    public static (NpyType Type, bool IsSwapped) Of(string text)
    {
        var found = text.Length > 1 && text[0] is '<' or '>' or '|' or '=' ? Array.Find(All, type => type.Code == text[1..]) : null;
        return found is not null
            ? (found, text[0] == '>' && found.Size > 1)
            : throw new InvalidDataException($"holds {Kind(text)} (NumPy's type '{text}'). {Advice(text)}");
    }

    /// <summary>Turns each number's bytes round.</summary>
    public void Swap(Span<byte> bytes)
    {
        switch (Size)
        {
            case 2:
                var twos = MemoryMarshal.Cast<byte, short>(bytes);
                BinaryPrimitives.ReverseEndianness(twos, twos);
                break;
            case 4:
                var fours = MemoryMarshal.Cast<byte, int>(bytes);
                BinaryPrimitives.ReverseEndianness(fours, fours);
                break;
            case 8:
                var eights = MemoryMarshal.Cast<byte, long>(bytes);
                BinaryPrimitives.ReverseEndianness(eights, eights);
                break;
        }
    }

    /// <summary>The numbers in float64, of bytes in the machine's order.</summary>
    /// <exception cref="InvalidDataException">A number is too large for the type that is given.</exception>
    public void Decode(ReadOnlySpan<byte> bytes, Span<double> numbers)
    {
        switch (Code)
        {
            case "f2":
                Decode<Half>(bytes, numbers);
                break;
            case "f4":
                Decode<float>(bytes, numbers);
                break;
            case "f8":
                MemoryMarshal.Cast<byte, double>(bytes).CopyTo(numbers);
                break;
            case "i1":
                Decode<sbyte>(bytes, numbers);
                break;
            case "i2":
                Decode<short>(bytes, numbers);
                break;
            case "i4":
                Decode<int>(bytes, numbers);
                break;
            case "i8":
                Decode<long>(bytes, numbers);
                break;
            case "u1":
                Decode<byte>(bytes, numbers);
                break;
            case "u2":
                Decode<ushort>(bytes, numbers);
                break;
            case "u4":
                Decode<uint>(bytes, numbers);
                break;
            case "u8":
                if (MemoryMarshal.Cast<byte, ulong>(bytes).ContainsAnyExceptInRange(0UL, (ulong)long.MaxValue))
                {
                    throw new InvalidDataException(TooLarge);
                }

                Decode<ulong>(bytes, numbers);
                break;
            default:
                for (var i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = bytes[i] == 0 ? 0 : 1;
                }

                break;
        }
    }

    /// <summary>At which numbers float64 rounds whole ones, of bytes in the machine's order.</summary>
    public IEnumerable<int> Rounded(ReadOnlySpan<byte> bytes)
    {
        var found = new List<int>();
        if (Code is "i8" or "u8")
        {
            var whole = MemoryMarshal.Cast<byte, long>(bytes);
            for (var i = 0; i < whole.Length; i++)
            {
                if ((Int128)(double)whole[i] != whole[i])
                {
                    found.Add(i);
                }
            }
        }

        return found;
    }

    /// <summary>The tensor of the given type, of what was stored.</summary>
    /// <exception cref="InvalidDataException">A number is too large for it.</exception>
    public Tensor Convert(Tensor stored)
    {
        var given = stored.to(Scalar);
        switch (Code)
        {
            case "u2":
                return given.bitwise_and(0xffff);
            case "u4":
                return given.bitwise_and(0xffffffffL);
            case "u8" when given.numel() > 0 && given.min().item<long>() < 0:
                throw new InvalidDataException(TooLarge);
            default:
                return given;
        }
    }

    private static void Decode<T>(ReadOnlySpan<byte> bytes, Span<double> numbers)
        where T : struct, INumber<T>
    {
        var stored = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < stored.Length; i++)
        {
            numbers[i] = double.CreateTruncating(stored[i]);
        }
    }

    private static string Kind(string text) => text.TrimStart('<', '>', '|', '=') switch
    {
        ['O', ..] => "Python objects",
        ['U' or 'S' or 'a', ..] => "text",
        ['M' or 'm', ..] => "dates or times",
        ['c', ..] => "complex numbers",
        ['V', ..] => "raw bytes",
        ['f', ..] => "numbers of a precision that is not the same on every machine",
        _ => "values",
    };

    private static string Advice(string text) => text.TrimStart('<', '>', '|', '=') switch
    {
        ['O', ..] =>
            "They are not unpickled, because that would run whatever code is in the file. Where they are numbers, save numpy.asarray(array, dtype='float64').",
        ['M' or 'm', ..] => "Save numbers in their place, such as (array - array.min()) / numpy.timedelta64(1, 's').",
        ['c', ..] => "Save real and imaginary parts as columns of their own.",
        _ => "Convert it in NumPy with array.astype('float64').",
    };
}
