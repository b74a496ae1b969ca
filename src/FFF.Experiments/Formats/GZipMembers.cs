using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace FFF.Formats;

/// <summary>Unpacks gzip (RFC 1952), all members to the file's very end. Libraries take a truncated file, or what follows a member, for the end.</summary>
/// <param name="packed">The file; disposed of with this.</param>
internal sealed class GZipMembers(Stream packed) : ReadOnlyStream
{
    private const int HeaderCrc = 2;
    private const int Extra = 4;
    private const int Name = 8;
    private const int Comment = 16;
    private const int Reserved = 0xe0;

    private readonly byte[] _input = new byte[1 << 16];
    private int _at;
    private int _count;
    private Inflater? _inflater;
    private Crc32 _crc = new();
    private bool _ended;

    /// <summary>Whether these are the first bytes of such a file.</summary>
    public static bool IsOf(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is damaged or ends too soon.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        while (count > 0 && !_ended)
        {
            _inflater ??= Begin();
            if (_inflater.IsNeedingInput)
            {
                Feed(_inflater);
            }

            var read = Inflate(_inflater, buffer, offset, count);
            _crc.Update(new ArraySegment<byte>(buffer, offset, read));
            if (_inflater.IsFinished)
            {
                End(_inflater);
            }

            if (read > 0)
            {
                return read;
            }
        }

        return 0;
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

    private Inflater Begin()
    {
        if (Next() != 0x1f || Next() != 0x8b || Next() != 8)
        {
            throw new InvalidDataException("it holds bytes that are no gzip data");
        }

        var flags = Next();
        for (var i = 0; i < 6; i++)
        {
            Next();
        }

        if ((flags & Reserved) != 0)
        {
            throw new InvalidDataException("its gzip header is damaged");
        }

        for (var i = (flags & Extra) != 0 ? Next() | (Next() << 8) : 0; i > 0; i--)
        {
            Next();
        }

        for (var texts = ((flags & Name) != 0 ? 1 : 0) + ((flags & Comment) != 0 ? 1 : 0); texts > 0; texts--)
        {
            while (Next() != 0)
            {
            }
        }

        for (var i = (flags & HeaderCrc) != 0 ? 2 : 0; i > 0; i--)
        {
            Next();
        }

        _crc = new Crc32();
        return new Inflater(noHeader: true);
    }

    private static int Inflate(Inflater inflater, byte[] buffer, int offset, int count)
    {
        try
        {
            return inflater.Inflate(buffer, offset, count);
        }
        catch (Exception e) when (e is SharpZipBaseException or FormatException or ArgumentException or IndexOutOfRangeException or ArithmeticException
            or InvalidOperationException or NullReferenceException)
        {
            // The library answers damage in many ways.
            throw new InvalidDataException($"its gzip data are damaged ({e.Message.TrimEnd('.')})", e);
        }
    }

    private void Feed(Inflater inflater)
    {
        if (_at == _count && !Fill())
        {
            throw Truncated();
        }

        inflater.SetInput(_input, _at, _count - _at);
        _at = _count;
    }

    private void End(Inflater inflater)
    {
        _at = _count - inflater.RemainingInput;
        var (crc, size) = (Number(), Number());
        if (crc != (uint)_crc.Value || size != (uint)inflater.TotalOut)
        {
            throw new InvalidDataException("it does not match its checksum");
        }

        _inflater = null;
        _ended = _at == _count && !Fill();
    }

    private uint Number() => (uint)(Next() | (Next() << 8) | (Next() << 16) | (Next() << 24));

    private int Next() => _at < _count || Fill() ? _input[_at++] : throw Truncated();

    private bool Fill()
    {
        _at = 0;
        _count = packed.Read(_input, 0, _input.Length);
        return _count > 0;
    }

    private static InvalidDataException Truncated() => new("it ends within its compressed data");
}
