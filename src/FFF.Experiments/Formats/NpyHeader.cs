using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace FFF.Formats;

/// <summary>The header of a .npy file: what its array is.</summary>
/// <param name="Type">NumPy's type string, such as <c>&lt;f8</c>.</param>
/// <param name="Fortran">Whether the first index runs fastest.</param>
/// <param name="Shape">The sizes of the dimensions; none for a scalar.</param>
/// <remarks>
/// Format after NumPy's NEP 1: the bytes <c>\x93NUMPY</c>, two bytes of version, the length of the rest of the header
/// (two bytes in version 1.0, four in 2.0 and 3.0, little-endian), then a Python dictionary, padded by spaces and ended
/// by a line feed. It is text in Latin-1, or UTF-8 in version 3.0.
/// </remarks>
internal sealed record NpyHeader(string Type, bool Fortran, IReadOnlyList<long> Shape)
{
    private const int Alignment = 64;
    private const int LongestText = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes the header in version 1.0, which suffices for every array of numbers.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="least">So many bytes at least, so that one of a longer shape has room in its place.</param>
    public void Write(Stream stream, int least = 0)
    {
        var shape = Shape.Count == 1 ? $"{Shape[0]}," : string.Join(", ", Shape);
        var text = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '{Type}', 'fortran_order': {(Fortran ? "True" : "False")}, 'shape': ({shape}), }}");
        var before = Magic.Length + 4;
        var padded = (Math.Max(least, before + text.Length + 1) + Alignment - 1) / Alignment * Alignment - before;

        stream.Write(Magic);
        stream.Write([1, 0, (byte)(padded & 0xff), (byte)(padded >> 8)]);
        stream.Write(Encoding.Latin1.GetBytes(text.PadRight(padded - 1) + '\n'));
    }

    /// <summary>Reads the header and leaves the stream at the first byte of data, which is the one numbered <paramref name="dataStart"/>.</summary>
    /// <exception cref="InvalidDataException">It is no such header; the message tells why.</exception>
    public static NpyHeader Read(Stream stream, out long dataStart)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.StartsWith(Magic))
        {
            throw new InvalidDataException("is not in NumPy's .npy format.");
        }

        if (start[6] is not (1 or 2 or 3) || start[7] != 0)
        {
            throw new InvalidDataException($"is of .npy version {start[6]}.{start[7]}; versions 1.0, 2.0 and 3.0 can be read. Save it again with numpy.save.");
        }

        Span<byte> size = stackalloc byte[start[6] == 1 ? 2 : 4];
        ReadExactly(stream, size);
        var length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LongestText)
        {
            throw new InvalidDataException($"has a header of {length} bytes, which no array of numbers needs: it is damaged or of another format.");
        }

        var text = new byte[length];
        ReadExactly(stream, text);
        dataStart = start.Length + size.Length + length;
        return NpyDictionary.Parse((start[6] == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text));
    }

    /// <summary>Whether these are the first bytes of such a file.</summary>
    public static bool IsOf(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    private static void ReadExactly(Stream stream, Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidDataException("ends within its header: it is truncated.");
        }
    }
}
