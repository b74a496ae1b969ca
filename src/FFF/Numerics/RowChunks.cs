using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>Works on some rows of a batch at a time, and joins what comes out.</summary>
internal static class RowChunks
{
    /// <summary>Where the chunks of some rows begin, and how many rows each has.</summary>
    /// <param name="count">All rows.</param>
    /// <param name="rows">At most so many rows at a time.</param>
    public static IEnumerable<(long First, long Count)> Of(long count, long rows)
    {
        for (long first = 0; first < count; first += rows)
        {
            yield return (first, Math.Min(rows, count - first));
        }
    }

    /// <summary>
    /// Lets go of the numbers that TorchSharp gives to operations: each is an object of its own in the C library's heap, freed only when garbage is
    /// collected, which so little of it hardly ever asks for. Meanwhile it lies among the tensors, whose places cannot be joined and used again:
    /// likelihoods of 200 rows of 22 particles needed three times the memory of 16.
    /// </summary>
    private static void FreeScalars() => GC.Collect(0);

    /// <summary>Each of the results of a function that treats rows independently, [B, ...].</summary>
    /// <param name="batch">[B, D].</param>
    /// <param name="beside">What belongs to the rows, such as conditions, [B, ...]; or null.</param>
    /// <param name="rows">At most so many rows at a time.</param>
    /// <param name="work">The function; what it returns it has computed itself.</param>
    public static Tensor[] Run(Tensor batch, Tensor? beside, long rows, Func<Tensor, Tensor?, Tensor[]> work)
    {
        using var scope = NewDisposeScope();
        var chunks = new List<Tensor[]>();
        foreach (var (first, count) in Of(batch.shape[0], rows).DefaultIfEmpty((0L, 0L)))
        {
            using var chunk = NewDisposeScope();
            var all = count == batch.shape[0];
            chunks.Add([.. work(all ? batch : batch.narrow(0, first, count), all ? beside : beside?.narrow(0, first, count))
                .Select(part => part.MoveToOuterDisposeScope())]);
            if (count == rows)
            {
                FreeScalars();
            }
        }

        return [.. Enumerable.Range(0, chunks[0].Length).Select(i => Joined([.. chunks.Select(chunk => chunk[i])]).MoveToOuterDisposeScope())];
    }

    /// <summary>One tensor of parts, [B, ...] each; where there is one, that itself.</summary>
    public static Tensor Joined(IReadOnlyList<Tensor> parts) => parts.Count == 1 ? parts[0] : cat([.. parts], 0);
}
