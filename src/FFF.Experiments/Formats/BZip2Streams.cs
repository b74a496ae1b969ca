using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.BZip2;

namespace FFF.Formats;

/// <summary>Unpacks bzip2, all streams to the file's very end: pbzip2 and lbzip2 write several, one after the other.</summary>
/// <param name="packed">The file, which can be sought; disposed of with this.</param>
internal sealed class BZip2Streams(Stream packed) : ReadOnlyStream
{
    private BZip2InputStream? _stream;
    private bool _ended;

    /// <summary>Whether these are the first bytes of such a file.</summary>
    public static bool IsOf(ReadOnlySpan<byte> start) => start is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..];

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is damaged or ends too soon.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            while (count > 0 && !_ended)
            {
                _stream ??= Begin();
                if (_stream.Read(buffer, offset, count) is > 0 and var read)
                {
                    return read;
                }

                // The library takes byte after byte: the next stream begins where it stopped.
                _stream = null;
                _ended = packed.Position == packed.Length;
            }

            return 0;
        }
        catch (Exception e) when (e is SharpZipBaseException or EndOfStreamException or ArgumentException or IndexOutOfRangeException or ArithmeticException
            or InvalidOperationException or NullReferenceException)
        {
            // The library checks little, and answers damage in many ways.
            throw new InvalidDataException(
                packed.Position == packed.Length ? "it ends within its compressed data" : $"its bzip2 data are damaged ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            packed.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The library would take what does not begin like bzip2 for an empty stream.</summary>
    private BZip2InputStream Begin()
    {
        Span<byte> start = stackalloc byte[4];
        var count = packed.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!IsOf(start[..count]))
        {
            throw new InvalidDataException("it holds bytes that are no bzip2 data");
        }

        packed.Position -= count;
        return new(packed) { IsStreamOwner = false };
    }
}
