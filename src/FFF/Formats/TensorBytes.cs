using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>Moves the elements of tensors from and to streams, in C order and the machine's little-endian form.</summary>
internal static class TensorBytes
{
    /// <summary>Changes bytes in their place.</summary>
    public delegate void SpanAction(Span<byte> bytes);

    private const long ChunkBytes = 1L << 28; // A span cannot hold more than 2³¹ bytes.

    /// <summary>The bytes that an array takes; null where the product overflows, for arrays without elements too.</summary>
    public static long? Count(IReadOnlyList<long> shape, int elementSize)
    {
        try
        {
            var product = shape.Where(size => size > 0).Aggregate((long)elementSize, (all, size) => checked(all * size));
            return shape.Contains(0) ? 0 : product;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>Fills a contiguous tensor on the CPU.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="stream">Its bytes.</param>
    /// <param name="change">Changes the bytes after they were read, whole elements at a time.</param>
    /// <exception cref="InvalidDataException">The stream ends before.</exception>
    public static void Read(Tensor tensor, Stream stream, SpanAction? change = null)
    {
        try
        {
            foreach (var chunk in Chunks(tensor))
            {
                stream.ReadExactly(chunk.bytes);
                change?.Invoke(chunk.bytes);
            }
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("ends within its data: it is truncated.", e);
        }
    }

    /// <summary>Writes a contiguous tensor on the CPU.</summary>
    public static void Write(Tensor tensor, Stream stream)
    {
        foreach (var chunk in Chunks(tensor))
        {
            stream.Write(chunk.bytes);
        }
    }

    private static IEnumerable<Tensor> Chunks(Tensor tensor)
    {
        var (total, step) = (tensor.NumberOfElements, ChunkBytes / tensor.ElementSize);
        for (long start = 0; start < total; start += step)
        {
            using var flat = tensor.view(-1);
            using var chunk = flat.narrow(0, start, Math.Min(step, total - start));
            yield return chunk;
        }
    }
}
