namespace FFF.Formats;

/// <summary>Passes on the bytes of a tar archive, and sees to it that it is whole: two blocks of zeros end it, and nothing follows.</summary>
/// <param name="archive">The archive; disposed of with this.</param>
/// <remarks>Libraries take the last byte for the end, whether or not it is there. The files in it are text, without blocks of zeros.</remarks>
internal sealed class TarBlocks(Stream archive) : ReadOnlyStream
{
    private const int BlockBytes = 512;
    private const int EndBlocks = 2;

    private int _inBlock;
    private bool _isZero = true;
    private int _zeros;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The archive ends too soon, or something follows its end.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = archive.Read(buffer, offset, count);
        if (read == 0 && count > 0 && (_zeros < EndBlocks || _inBlock != 0))
        {
            throw new InvalidDataException("it ends without the two blocks of zeros that end a tar archive");
        }

        for (var rest = buffer.AsSpan(offset, read); !rest.IsEmpty;)
        {
            var part = rest[..Math.Min(rest.Length, BlockBytes - _inBlock)];
            _isZero &= !part.ContainsAnyExcept((byte)0);
            _inBlock += part.Length;
            rest = rest[part.Length..];
            if (_inBlock == BlockBytes)
            {
                EndBlock();
            }
        }

        return read;
    }

    /// <summary>Reads what may follow the end, which must be zeros.</summary>
    /// <exception cref="InvalidDataException">It is something else, or the end is missing.</exception>
    public void Finish()
    {
        var buffer = new byte[1 << 16];
        while (Read(buffer, 0, buffer.Length) > 0)
        {
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            archive.Dispose();
        }

        base.Dispose(disposing);
    }

    private void EndBlock()
    {
        if (!_isZero && _zeros >= EndBlocks)
        {
            throw new InvalidDataException("something follows its end: several archives were joined, of which only the first would be read");
        }

        _zeros = _isZero ? _zeros + 1 : 0;
        (_inBlock, _isZero) = (0, true);
    }
}
