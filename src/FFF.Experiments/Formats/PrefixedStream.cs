namespace FFF.Formats;

/// <summary>Bytes that were read ahead, then the rest of their stream, which is left open.</summary>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> ahead, Stream rest) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _ahead = ahead;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_ahead.IsEmpty)
        {
            return rest.Read(buffer, offset, count);
        }

        var taken = Math.Min(count, _ahead.Length);
        _ahead[..taken].CopyTo(buffer.AsMemory(offset, taken));
        _ahead = _ahead[taken..];
        return taken;
    }
}
