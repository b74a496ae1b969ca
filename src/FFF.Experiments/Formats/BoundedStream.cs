namespace FFF.Formats;

/// <summary>Unpacked data, up to a limit: a few bytes can be packed that take more memory than there is.</summary>
/// <param name="unpacked">The data; disposed of with this.</param>
/// <param name="limit">How many bytes there may be.</param>
internal sealed class BoundedStream(Stream unpacked, long limit) : ReadOnlyStream
{
    private const long Least = 1L << 28;
    private const long MaxRatio = 20;

    private long _read;

    /// <summary>How many bytes a packed file may hold: text of numbers is seldom packed to less than a tenth.</summary>
    public static long LimitOf(long packedBytes) => Least + (MaxRatio * packedBytes);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">There are more.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = unpacked.Read(buffer, offset, count);
        _read += read;
        return _read <= limit
            ? read
            : throw new InvalidDataException(
                $"it unpacks to more than {NumberText.Count(limit)} bytes, the limit for a file of its size. If that is meant, unpack it first");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            unpacked.Dispose();
        }

        base.Dispose(disposing);
    }
}
