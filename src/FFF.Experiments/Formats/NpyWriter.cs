using System.Runtime.InteropServices;

namespace FFF.Formats;

/// <summary>Writes a matrix of float64 as .npy number by number, where nobody knows beforehand how many rows there will be.</summary>
/// <param name="stream">Where to; it can be sought. Left open.</param>
internal sealed class NpyWriter(Stream stream)
{
    /// <summary>A header that has room for any shape of two dimensions.</summary>
    private const int HeaderBytes = 128;

    private readonly double[] _buffer = new double[1 << 13];
    private int _buffered;
    private long _written;

    /// <summary>Leaves room for the header.</summary>
    public void Begin() => Header(long.MaxValue, int.MaxValue);

    /// <summary>Appends a number.</summary>
    public void Add(double number)
    {
        _buffer[_buffered++] = number;
        if (_buffered == _buffer.Length)
        {
            Flush();
        }
    }

    /// <summary>Writes what is left, and the header.</summary>
    /// <param name="columns">Numbers of a row.</param>
    /// <returns>How many rows there are.</returns>
    public long End(int columns)
    {
        Flush();
        stream.Position = 0;
        Header(_written / columns, columns);
        return _written / columns;
    }

    private void Flush()
    {
        stream.Write(MemoryMarshal.AsBytes(_buffer.AsSpan(0, _buffered)));
        _written += _buffered;
        _buffered = 0;
    }

    private void Header(long rows, int columns) => new NpyHeader("<f8", false, [rows, columns]).Write(stream, HeaderBytes);
}
